import Events
import Testing

@Suite("Stable hash")
struct StableHashTests {
  /// The same in Python:
  ///
  ///     M = 2**64 - 1
  ///     def stable_hash(data, seed=0):
  ///         x = 0xcbf29ce484222325 ^ seed
  ///         for byte in data: x = (x ^ byte) * 0x100000001b3 & M
  ///         x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9 & M
  ///         x = (x ^ x >> 27) * 0x94d049bb133111eb & M
  ///         return x ^ x >> 31
  static let vectors: [([UInt8], UInt64, UInt64)] = [
    ([], 0, 0xf52a_15e9_a9b5_e89b),
    (Array("a".utf8), 0, 0x02c0_bdbf_4814_20f8),
    (Array("abc".utf8), 0, 0x0dd4_9049_0804_b508),
    (Array("user-42".utf8), 0, 0x7a15_96f0_e94b_5793),
    (Array("ünit ☃".utf8), 0, 0x8553_6ebb_111a_76f6),
    (Array(0...255), 0, 0xef26_87f0_d437_1fe2),
    ([], 1, 0x7f55_5c6a_530f_df81),
    (Array("abc".utf8), 1, 0x452e_c90c_fb0d_18b0),
    (Array("abc".utf8), .max, 0xa2ae_578c_4364_cd13),
    (Array("abc".utf8), 0x9e37_79b9_7f4a_7c15, 0xa802_ab98_5002_163d),
  ]

  @Test("As Python computes it", arguments: vectors)
  func golden(_ bytes: [UInt8], _ seed: UInt64, _ expected: UInt64) {
    #expect(stableHash(bytes, seed: seed) == expected)
  }

  @Test("Every bit of the hash is set for about half of all names")
  func bits() {
    var counts = [Int](repeating: 0, count: 64)
    for index in 0..<4000 {
      let hash = stableHash("name-\(index)".utf8)
      for bit in 0..<64 where hash >> UInt64(bit) & 1 == 1 { counts[bit] += 1 }
    }
    // Six standard deviations of a fair coin, 31.6 each.
    #expect(counts.allSatisfy { abs($0 - 2000) < 190 }, "\(counts)")
  }
}
