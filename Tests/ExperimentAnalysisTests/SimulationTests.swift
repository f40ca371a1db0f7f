import Events
import Experiments
import Testing

@testable import ExperimentAnalysis

/// Shares are held against bounds that a right analysis leaves once in 10,000 suites; the 10,000 runs of the promise are in
/// Tests/Agreement/experiments.py.
@Suite("Simulated experiments")
struct SimulationTests {
  private func study(_ runs: Int, _ change: (inout ExperimentSimulation) -> Void) throws -> [SimulationStudy.Outcome] {
    var simulation = ExperimentSimulation()
    simulation.users = 300
    simulation.days = 10
    change(&simulation)
    return try SimulationStudy(simulation, runs: runs, seed: 5, threads: 2).outcomes
  }

  @Test func `A/A tests: the intervals cover, and looking ten times does not harm the always-valid test`() throws {
    let outcomes = try study(300) { _ in }
    let (low, high) = wilsonInterval(hits: outcomes.count(where: \.fixed), of: 300, level: 0.9999)
    #expect((low...high).contains(0.05))
    #expect(outcomes.count(where: \.sequential) <= 30)
    #expect(outcomes.count(where: \.peeking) > 30)
    #expect(outcomes.count(where: \.sampleRatioMismatch) <= 4)
    let missed = wilsonInterval(hits: outcomes.count { !$0.covered }, of: 300, level: 0.9999)
    #expect((missed.low...missed.high).contains(0.05))
  }

  @Test func `a large effect is found, a lost share raises the alarm and blocks`() throws {
    let found = try study(20) {
      $0.effect = 1
      $0.target = 1
    }
    #expect(found.count(where: \.sequential) >= 18)
    #expect(found.count { $0.decision == .ship } >= 18)
    let lost = try study(20) { $0.controlShare = 0.75 }
    #expect(lost.allSatisfy { $0.sampleRatioMismatch && $0.decision == .blocked })
  }

  @Test func `the same outcomes on one thread and on two, others with another seed`() throws {
    var simulation = ExperimentSimulation()
    simulation.users = 100
    let one = try SimulationStudy(simulation, runs: 12, seed: 1, threads: 1).outcomes
    #expect(try SimulationStudy(simulation, runs: 12, seed: 1, threads: 2).outcomes == one)
    let first = try SimulationStudy.result(of: simulation, seed: 1).variants.map(\.sums)
    #expect(try SimulationStudy.result(of: simulation, seed: 2).variants.map(\.sums) != first)
  }

  @Test func `history takes variance away and leaves the difference`() throws {
    var simulation = ExperimentSimulation()
    simulation.users = 2000
    simulation.requestsPerUser = 8
    simulation.historyDays = 20
    simulation.spread = 1
    let result = try SimulationStudy.result(of: simulation, seed: 3)
    let estimates = result.metrics[0].estimates
    let reduction = try #require(estimates.varianceReduction)
    #expect(reduction > 0.03 && reduction < 0.8)
    let (plain, adjusted) = (try #require(estimates.plain[1]), try #require(estimates.best[1]))
    #expect(adjusted.variance < 0.97 * plain.variance)
    #expect(abs(adjusted.value - plain.value) < 3 * plain.variance.squareRoot())
    #expect(result.usersWithHistory > 1500 && result.counts.misassigned == 0 && result.counts.unattributed == 0)
  }
}
