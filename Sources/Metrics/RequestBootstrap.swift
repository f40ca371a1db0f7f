/// A percentile bootstrap that draws whole requests, or whole users with all their requests.
///
/// The rows of one request are not independent: they share a user, a moment and a context. Drawing rows would make
/// intervals too narrow, so each replicate draws as many units (requests or users) as there are, with replacement, and
/// takes all their rows. Draw users where the same users come back many times: then their requests are alike, and
/// intervals that draw requests are too narrow. Replicate r has a random stream of its own, from the seed and r alone: intervals have the same bits at any
/// number of threads, and two metrics with the same groups, replicates and seed are over the same draws.
///
/// Nothing is sorted again in a replicate. The rows are ordered once; then a replicate is a pass over them with each
/// row weighted by how often its unit was drawn, eight replicates at a time. Means over requests, log loss and Brier
/// score are passes over sums by unit.
///
/// Efron & Tibshirani, "An Introduction to the Bootstrap", 1993, chapters 8 and 13; Field & Welsh, "Bootstrapping
/// clustered data", 2007.
public struct RequestBootstrap: Sendable {
  /// Which rows belong to which request.
  public let groups: RankingGroups
  /// What is drawn.
  let rowUnits: RowUnits
  /// The number of units: what is drawn.
  public var units: Int { rowUnits.count }
  /// The number of replicates.
  public let replicates: Int
  /// The seed of all draws.
  public let seed: UInt64
  let threads: Int

  /// Sets up a bootstrap; the work is done by the methods.
  ///
  /// - Parameters:
  ///   - groups: which rows belong to which request. At most 2³⁰ requests.
  ///   - users: the user of each request, to draw users; nil to draw requests.
  ///   - replicates: how many draws to make, at least 1. The ends of a 95 % interval vary little from seed to seed with
  ///     1000, visibly with 200.
  ///   - seed: fixes all draws.
  ///   - threads: how many threads to use; nil for one a core.
  /// - Precondition: there are as many users as requests.
  public init(
    groups: RankingGroups, users: [Int64]? = nil, replicates: Int = 1000, seed: UInt64,
    threads: Int? = nil
  ) {
    precondition(replicates >= 1, "\(replicates) replicates; at least 1 is needed")
    precondition(groups.count <= 1 << 30, "\(groups.count) requests; at most \(1 << 30) can be drawn from")
    self.groups = groups
    rowUnits = RowUnits(groups: groups, users: users)
    self.replicates = replicates
    self.seed = seed
    self.threads = threadCount(threads)
  }

  /// How often replicate `replicate` draws each unit.
  func draws(of replicate: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: units)
    var generator = Xoshiro256StarStar(seed: seed, stream: UInt64(replicate))
    for _ in 0..<units { counts[Int(generator.next(below: UInt32(units)))] += 1 }
    return counts
  }

  /// The values of each replicate, from how often it draws each unit: one array for each of `outputs` values.
  ///
  /// `body` gets the counts of eight replicates at once, a vector for each unit, and fills in their eight values.
  func replicateValues(
    outputs: Int = 1,
    _ body: (_ draws: UnsafePointer<SIMD8<UInt16>>, _ values: UnsafeMutableBufferPointer<SIMD8<Double>>) -> Void
  ) -> [[Double]] {
    let lanes = SIMD8<Double>.scalarCount
    let tasks = (replicates + lanes - 1) / lanes
    let table = UnsafeMutableBufferPointer<SIMD8<Double>>.allocate(capacity: tasks * outputs)
    defer { table.deallocate() }
    table.initialize(repeating: .zero)
    forEachTask(tasks, threads: threads, makeState: { DrawCounts(units: units) }) { counts, task in
      for lane in 0..<lanes {
        counts.draw(lane: lane, Xoshiro256StarStar(seed: seed, stream: UInt64(task * lanes + lane)))
      }
      body(counts.vectors, UnsafeMutableBufferPointer(rebasing: table[(task * outputs)..<((task + 1) * outputs)]))
    }
    return (0..<outputs).map { output in
      (0..<replicates).map { table[$0 / lanes * outputs + output][$0 % lanes] }
    }
  }
}

/// How often each unit was drawn, in eight replicates.
///
/// In 16 bits, since a pass over the rows looks units up at random and is as fast as the cache lets it be. They
/// suffice: a unit can be drawn more than 65,535 times only if there are more units than that, and then by a
/// chance of less than one in 65,536 factorial.
private struct DrawCounts: ~Copyable {
  let vectors: UnsafeMutablePointer<SIMD8<UInt16>>
  private let counts: UnsafeMutablePointer<UInt32>
  private let units: Int

  init(units: Int) {
    self.units = units
    counts = .allocate(capacity: units)
    vectors = .allocate(capacity: units)
    counts.initialize(repeating: 0, count: units)
    vectors.initialize(repeating: .zero, count: units)
  }

  deinit {
    counts.deallocate()
    vectors.deallocate()
  }

  /// Draws one replicate. It is counted in a table of its own first: that one fits the cache.
  mutating func draw(lane: Int, _ stream: Xoshiro256StarStar) {
    var generator = stream
    counts.update(repeating: 0, count: units)
    for _ in 0..<units { counts[Int(generator.next(below: UInt32(truncatingIfNeeded: units)))] &+= 1 }
    for unit in 0..<units { vectors[unit][lane] = UInt16(clamping: counts[unit]) }
  }
}
