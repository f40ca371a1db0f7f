import Experiments
import Testing

@Suite("Buckets")
struct BucketTests {
  static let units = ["u1", "user-42", "", "0", "ünit ☃", "a b", "007", "u1:x", "😀", String(repeating: "x", count: 80)]

  /// For each salt the buckets of `units`:
  ///
  ///     python3 -c 'import hashlib
  ///     for s in ["exp1", "checkout-2026", "ranker/7", "", "ünïcode", "a:b"]:
  ///         print([int.from_bytes(hashlib.sha256(f"{s}:{u}".encode()).digest()[:8], "big") % 10000
  ///             for u in ["u1", "user-42", "", "0", "ünit ☃", "a b", "007", "u1:x", "😀", "x" * 80]])'
  static let vectors: [(salt: String, buckets: [Int])] = [
    ("exp1", [9511, 7219, 619, 9398, 2037, 6869, 4352, 5666, 4975, 8979]),
    ("checkout-2026", [1381, 6502, 7978, 2079, 2687, 6107, 2372, 6273, 7756, 8138]),
    ("ranker/7", [250, 2386, 8481, 1, 4751, 2133, 6864, 6592, 2176, 3032]),
    ("", [9686, 906, 4368, 5603, 8175, 9609, 3184, 420, 7302, 6399]),
    ("ünïcode", [3794, 5114, 1548, 9219, 9597, 908, 3554, 9339, 3844, 6896]),
    ("a:b", [1274, 110, 4562, 3272, 5262, 7743, 5418, 2238, 5542, 5304]),
  ]

  @Test("60 buckets as Python's hashlib has them", arguments: vectors)
  func golden(_ salt: String, _ buckets: [Int]) {
    for (unit, expected) in zip(Self.units, buckets) {
      #expect(bucket(salt: salt, unit: unit) == expected, "unit \(unit)")
    }
  }

  @Test("There are 10,000 buckets, and none is left out")
  func range() {
    var seen = Set<Int>()
    for unit in 0..<120_000 { seen.insert(bucket(salt: "range", unit: "\(unit)")) }
    // 120,000 draws leave a given bucket empty with probability e^-12.
    #expect(seen.count >= bucketCount - 2)
    #expect(seen.min()! >= 0 && seen.max()! < 10_000 && bucketCount == 10_000)
  }
}
