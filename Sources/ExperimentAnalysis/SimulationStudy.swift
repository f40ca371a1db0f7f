internal import Dispatch
internal import Events
public import Experiments
internal import Synchronization

/// How often the analysis is wrong, and how often it finds what is there: many simulated logs, each through
/// ``ExposureLog`` and ``ExperimentResult`` as a real one.
public struct SimulationStudy: Sendable {
  /// What one run came to.
  public struct Outcome: Equatable, Sendable {
    /// The p-value of one look at the end.
    public var fixed = false
    /// The always-valid p-value of a look each day.
    public var sequential = false
    /// The p-value of one look, taken each day until it is under the level: what one may not do.
    public var peeking = false
    public var sampleRatioMismatch = false
    /// Whether the 95 % interval of the relative change holds the true one.
    public var covered = false
    /// Days until the always-valid test decided.
    public var decisionDay: Int?
    public var decision = Verdict.Decision.keepRunning
  }

  public let simulation: ExperimentSimulation
  public let outcomes: [Outcome]

  /// Run r is seeded with `seed` + r, whatever thread takes it.
  ///
  /// - Parameter progress: is called now and then with the number of runs done, from any thread but never from two at once.
  /// - Throws: what an analysis throws; there is no run that should.
  public init(
    _ simulation: ExperimentSimulation, runs: Int, seed: UInt64, threads: Int,
    progress: @Sendable (Int) -> Void = { _ in }
  ) throws {
    self.simulation = simulation
    let done = Mutex((count: 0, results: [Result<Outcome, any Error>?](repeating: nil, count: runs)))
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: max(1, min(threads, runs))) { _ in
      while true {
        let run = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard run < runs else { return }
        let result = Result { try Self.outcome(of: simulation, seed: seed &+ UInt64(run)) }
        done.withLock { done in
          done.results[run] = result
          done.count += 1
          progress(done.count)
        }
      }
    }
    outcomes = try done.withLock { try $0.results.compactMap { try $0?.get() } }
  }

  /// Reads one simulated log as the command does.
  public static func result(of simulation: ExperimentSimulation, seed: UInt64) throws -> ExperimentResult {
    let log = ExposureLog(simulation.experiment(seed: seed))
    var line = 0
    try simulation.forEachEvent(seed: seed) { event in
      line += 1
      try log.add(event, at: EventPlace(source: "simulation", line: line))
    }
    return try ExperimentResult(log)
  }

  private static func outcome(of simulation: ExperimentSimulation, seed: UInt64) throws -> Outcome {
    let result = try result(of: simulation, seed: seed)
    var outcome = Outcome()
    outcome.sampleRatioMismatch = result.sampleRatio.isMismatch
    outcome.decision = result.verdict.decision
    guard let comparison = result.metrics.first?.comparisons.first else { return outcome }
    outcome.fixed = comparison.fixedPValue <= Verdict.alpha
    outcome.sequential = comparison.sequentialPValue <= Verdict.alpha
    outcome.covered = comparison.best.lift.map { ($0.low...$0.high).contains(simulation.effect) } ?? false
    for (index, day) in result.days.enumerated() {
      guard let (difference, halfWidth) = day.upToNow[0] else { continue }
      if let p = difference.pValue, p <= Verdict.alpha { outcome.peeking = true }
      if abs(difference.value) > halfWidth, outcome.decisionDay == nil { outcome.decisionDay = index + 1 }
    }
    return outcome
  }
}
