import Foundation

@testable import RankingMetrics

/// A random sample, the same for the same seed.
struct Sample: Sendable {
  var scores: [Double] = []
  var labels: [UInt8] = []
  var weights: [Double] = []
  var relevance: [Double] = []
  var offsets = [0]

  /// - Parameter levels: how many different scores there are at most; nil for hardly a tie.
  init(seed: UInt64, rows: Int, largestRequest: Int = 8, levels: Int? = nil) {
    var generator = SplitMix64(seed: seed)
    while scores.count < rows {
      for _ in 0..<Int.random(in: 0...largestRequest, using: &generator) where scores.count < rows {
        let score = Double.random(in: -3...3, using: &generator)
        scores.append(levels.map { ((score + 3) / 6 * Double($0)).rounded() - 1 } ?? score)
        labels.append(Double.random(in: -4...4, using: &generator) < score ? 1 : 0)
        weights.append(Double(Int.random(in: 0...3, using: &generator)))
        relevance.append(Double(max(0, Int.random(in: -3...4, using: &generator))))
      }
      offsets.append(scores.count)
    }
  }

  var probabilities: [Double] {
    scores.map { 1 / (1 + exp(-$0)) }
  }

  /// The rows in another order.
  func rearranged(_ order: [Int]) -> Sample {
    var copy = self
    copy.scores = order.map { scores[$0] }
    copy.labels = order.map { labels[$0] }
    copy.weights = order.map { weights[$0] }
    copy.relevance = order.map { relevance[$0] }
    return copy
  }

  /// The rows of some requests, in the order and as often as they are named.
  func drawing(_ requests: [Int]) -> Sample {
    let groups = zip(offsets, offsets.dropFirst()).map { $0..<$1 }
    var copy = rearranged(requests.flatMap { groups[$0] })
    copy.offsets = requests.reduce(into: [0]) { $0.append($0[$0.count - 1] + groups[$1].count) }
    return copy
  }
}
