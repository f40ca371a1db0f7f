import Datasets
import Foundation
import Models
import RankingMetrics
import Testing

@testable import Evaluation

/// Comparisons, slices and importance over rows that are written out here.
@Suite struct ComparisonTests {
  /// Requests of four rows; the first feature speaks for the label, as loudly as `signal` says.
  private func rows(requests: Int, signal: (Int) -> Double, seed: UInt64 = 1) throws -> ModelScores {
    var generator = SplitMix64(seed: seed)
    var scores: [Double] = []
    var labels: [UInt8] = []
    for request in 0..<requests {
      let positive = Int.random(in: 0..<4, using: &generator)
      for row in 0..<4 {
        labels.append(row == positive ? 1 : 0)
        scores.append(Double.random(in: -1...1, using: &generator) + (row == positive ? signal(request) : 0))
      }
    }
    return ModelScores(
      name: "m", logOdds: scores, served: scores, calibrated: scores, labels: labels, weights: nil,
      groups: try RankingGroups(offsets: (0...requests).map { $0 * 4 }))
  }

  @Test func aBetterModelIsToldFromAWorseOneAndBackwards() throws {
    let strong = try rows(requests: 300) { _ in 1 }
    let weak = try rows(requests: 300) { _ in 0.2 }
    let options = Evaluation.Options(replicates: 200, seed: 3)
    let up = try Comparison(of: strong, from: weak, options: options).differences
    let down = try Comparison(of: weak, from: strong, options: options).differences
    #expect(up.map(\.name) == ["auc", "log_loss", "ndcg@5", "ndcg@10"])
    #expect(up.map(\.verdict) == [1, 1, 1, 1] && down.map(\.verdict) == [-1, -1, -1, -1])
    #expect(up[1].value?.value ?? 1 < 0, "less log loss is better")
    for (one, other) in zip(up, down) { #expect(one.value?.value == other.value.map { -$0.value }) }
  }

  @Test func onlyTheSliceThatIsWorseIsWarnedOf() throws {
    // A third of the requests carries no signal.
    let rows = try rows(requests: 900) { $0 % 3 == 0 ? 0 : 1 }
    let values = (0..<3600).map { ["bad", "good", "fine"][($0 / 4) % 3] }
    let slices = try rows.slices(["device": values])
    #expect(slices.map(\.value) == ["bad", "fine", "good"] && slices.map(\.rows) == [1200, 1200, 1200])
    #expect(slices.map { Set($0.worse) } == [["auc", "ndcg@5"], [], []])
  }

  /// Over 100 sets in which no slice differs, a warning comes in about one in twenty.
  @Test func noiseIsSeldomWarnedOf() throws {
    var warned = 0
    for seed in 0..<100 {
      let rows = try rows(requests: 240, signal: { _ in 0.5 }, seed: UInt64(seed))
      let values = (0..<960).map { "\(($0 / 4) % 3)" }
      if try rows.slices(["device": values]).contains(where: { !$0.worse.isEmpty }) { warned += 1 }
    }
    #expect(warned <= 12, "\(warned) of 100; 5 are expected, 12 are three standard deviations above")
  }

  @Test func aSliceOfPartsOfRequestsHasNoNDCG() throws {
    let rows = try rows(requests: 50) { _ in 1 }
    let slices = try rows.slices(["position": (0..<200).map { "\($0 % 4)" }])
    #expect(slices.count == 4 && slices.allSatisfy { $0.ndcg == nil && $0.auc != nil })
  }
}
