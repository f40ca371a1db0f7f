/// A percentile bootstrap that draws whole requests.
///
/// The rows of one request are not independent: they share a user, a moment and a context. Drawing rows would make
/// intervals too narrow, so each replicate draws as many requests as there are, with replacement, and takes all their
/// rows. Replicate r has a random stream of its own, from the seed and r alone: intervals have the same bits at any
/// number of threads, and two metrics with the same groups, replicates and seed are over the same draws.
///
/// Nothing is sorted again in a replicate. The rows are ordered once; then a replicate is a pass over them with each
/// row weighted by how often its request was drawn, eight replicates at a time. Log loss, Brier score and calibration
/// error are passes over sums by request.
///
/// Efron & Tibshirani, "An Introduction to the Bootstrap", 1993, chapters 8 and 13; Field & Welsh, "Bootstrapping
/// clustered data", 2007.
public struct RequestBootstrap: Sendable {
  /// Which rows belong to which request.
  public let groups: RankingGroups
  /// The number of replicates.
  public let replicates: Int
  /// The seed of all draws.
  public let seed: UInt64
  let threads: Int

  /// Sets up a bootstrap; the work is done by the methods.
  ///
  /// - Parameters:
  ///   - groups: which rows belong to which request. At most 2³⁰ requests.
  ///   - replicates: how many draws to make, at least 1. The ends of a 95 % interval vary little from seed to seed with
  ///     1000, visibly with 200.
  ///   - seed: fixes all draws.
  ///   - threads: how many threads to use; nil for one a core.
  public init(groups: RankingGroups, replicates: Int = 1000, seed: UInt64, threads: Int? = nil) {
    precondition(replicates >= 1, "\(replicates) replicates; at least 1 is needed")
    precondition(groups.count <= 1 << 30, "\(groups.count) requests; at most \(1 << 30) can be drawn from")
    self.groups = groups
    self.replicates = replicates
    self.seed = seed
    self.threads = threadCount(threads)
  }

  /// How often replicate `replicate` draws each request.
  func draws(of replicate: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: groups.count)
    var generator = Xoshiro256StarStar(seed: seed, stream: UInt64(replicate))
    for _ in 0..<groups.count { counts[Int(generator.next(below: UInt32(groups.count)))] += 1 }
    return counts
  }

  /// The value of each replicate, from how often it draws each request.
  ///
  /// `body` gets the counts of eight replicates at once, a vector for each request, and gives their eight values.
  func replicateValues(
    _ body: (_ draws: UnsafePointer<SIMD8<UInt16>>) -> SIMD8<Double>
  ) -> [Double] {
    let lanes = SIMD8<Double>.scalarCount
    return [Double](unsafeUninitializedCapacity: replicates) { values, initializedCount in
      let values = values
      forEachTask(
        (replicates + lanes - 1) / lanes, threads: threads, makeState: { DrawCounts(requests: groups.count) }
      ) { counts, task in
        let first = task * lanes
        for lane in 0..<lanes {
          counts.draw(lane: lane, Xoshiro256StarStar(seed: seed, stream: UInt64(first + lane)))
        }
        let results = body(counts.vectors)
        for lane in 0..<min(lanes, replicates - first) {
          values.initializeElement(at: first + lane, to: results[lane])
        }
      }
      initializedCount = replicates
    }
  }
}

/// How often each request was drawn, in eight replicates.
///
/// In 16 bits, since a pass over the rows looks requests up at random and is as fast as the cache lets it be. They
/// suffice: a request can be drawn more than 65,535 times only if there are more requests than that, and then by a
/// chance of less than one in 65,536 factorial.
private struct DrawCounts: ~Copyable {
  let vectors: UnsafeMutablePointer<SIMD8<UInt16>>
  private let counts: UnsafeMutablePointer<UInt32>
  private let requests: Int

  init(requests: Int) {
    self.requests = requests
    counts = .allocate(capacity: requests)
    vectors = .allocate(capacity: requests)
    counts.initialize(repeating: 0, count: requests)
    vectors.initialize(repeating: .zero, count: requests)
  }

  deinit {
    counts.deallocate()
    vectors.deallocate()
  }

  /// Draws one replicate. It is counted in a table of its own first: that one fits the cache.
  mutating func draw(lane: Int, _ stream: Xoshiro256StarStar) {
    var generator = stream
    counts.update(repeating: 0, count: requests)
    for _ in 0..<requests { counts[Int(generator.next(below: UInt32(truncatingIfNeeded: requests)))] &+= 1 }
    for request in 0..<requests { vectors[request][lane] = UInt16(clamping: counts[request]) }
  }
}
