internal import Crypto

/// The bucket of a unit: the first 8 bytes of SHA-256(salt + ":" + unit), big-endian, modulo 10,000.
///
/// The same everywhere; in Python: `int.from_bytes(hashlib.sha256(f"{salt}:{unit}".encode()).digest()[:8], "big") % 10000`.
public func bucket(salt: String, unit: String) -> Int {
  let digest = SHA256.hash(data: Array("\(salt):\(unit)".utf8))
  return Int(digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } % UInt64(bucketCount))
}

/// Buckets that an experiment divides among its variants.
public let bucketCount = 10_000

extension Experiment {
  /// The variant of a unit: variants own consecutive runs of buckets in the order of the file, as long as their shares.
  public func variant(for unit: String) -> Variant {
    let bucket = bucket(salt: salt, unit: unit)
    return variants[bucketEnds.firstIndex { bucket < $0 } ?? variants.count - 1]
  }

  /// Behind the last bucket of each variant.
  public var bucketEnds: [Int] {
    let total = variants.reduce(0) { $0 + $1.weight }
    var sum = 0.0
    return variants.map { variant in
      sum += variant.weight
      return Int((sum / total * Double(bucketCount)).rounded())
    }
  }
}
