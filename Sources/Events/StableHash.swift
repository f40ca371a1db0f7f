/// A 64-bit hash of bytes that is the same in every process, on every machine and in every version: FNV-1a, finished
/// with the mixer of SplitMix64 so that all its bits are usable.
///
/// For sharding, splitting and duplicate checks; nothing that an adversary may choose.
public func stableHash(_ bytes: some Sequence<UInt8>, seed: UInt64 = 0) -> UInt64 {
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ seed
  for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
  hash = (hash ^ (hash >> 30)) &* 0xbf58_476d_1ce4_e5b9
  hash = (hash ^ (hash >> 27)) &* 0x94d0_49bb_1331_11eb
  return hash ^ (hash >> 31)
}
