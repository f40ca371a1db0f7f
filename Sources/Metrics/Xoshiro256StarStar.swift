/// The xoshiro256** generator, with streams that any thread can start at any time.
///
/// Own code, since a stream's numbers must be the same in every version: an interval in an old report can be had again.
///
/// Blackman & Vigna, "Scrambled linear pseudorandom number generators", 2021.
struct Xoshiro256StarStar: RandomNumberGenerator, Sendable {
  private var s0: UInt64
  private var s1: UInt64
  private var s2: UInt64
  private var s3: UInt64

  /// Starts the stream of one seed and number; different pairs give unrelated streams.
  init(seed: UInt64, stream: UInt64) {
    var seeds = SplitMix64(seed: seed)
    var mixer = SplitMix64(seed: seeds.next() ^ stream)
    self.init(state: (mixer.next(), mixer.next(), mixer.next(), mixer.next()))
  }

  /// Starts at a state, which must not be all zeros.
  init(state: (UInt64, UInt64, UInt64, UInt64)) {
    (s0, s1, s2, s3) = state
  }

  @inline(__always) mutating func next() -> UInt64 {
    let product = s1 &* 5
    let result = (product &<< 7 | product &>> 57) &* 9
    let shifted = s1 &<< 17
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = s3 &<< 45 | s3 &>> 19
    return result
  }

  /// A number of `0..<bound`, each equally likely.
  ///
  /// Lemire, "Fast random integer generation in an interval", 2019: a division only where it can't be avoided.
  @inline(__always) mutating func next(below bound: UInt32) -> UInt32 {
    var product = (next() &>> 32) &* UInt64(bound)
    if UInt32(truncatingIfNeeded: product) < bound {
      let threshold = (0 &- bound) % bound
      while UInt32(truncatingIfNeeded: product) < threshold {
        product = (next() &>> 32) &* UInt64(bound)
      }
    }
    return UInt32(truncatingIfNeeded: product &>> 32)
  }
}
