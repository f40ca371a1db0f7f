import Foundation
import Testing

/// What Fixtures/make_oracle.py wrote: samples, and the metrics that reference tools give for them.
struct Oracle: Decodable, Sendable {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let probabilities: [Double]
    let logits: [Double]
    let labels: [UInt8]
    let weights: [Double]?
    let relevance: [Double]
    let offsets: [Int]
    let classification: Classification
    /// By metric and cut-off ("ndcg4"), and "used" for the number of requests with a positive.
    let binary: [String: Double]
    let graded: [String: Double]

    var testDescription: String { name }
  }

  struct Classification: Decodable, Sendable {
    let auc, ap: Double?
    let logLoss, logitLoss, brier, ece10, ece15: Double
    /// Value, low, high.
    let delong, obuchowski: [Double]?
  }

  /// A seed and the first numbers from it.
  let splitMix64: [UInt64]
  /// The first numbers from the state 1, 2, 3, 4.
  let xoshiro256: [UInt64]
  /// A seed, a stream's number and its first numbers.
  let streams: [[UInt64]]
  /// A share and its quantile.
  let normalQuantiles: [[Double]]
  /// A confidence and the two ends of its interval over 1, 4, 9, … 400.
  let quantiles: [[Double]]
  let cases: [Case]

  static let shared: Oracle = {
    guard let url = Bundle.module.url(forResource: "Fixtures/oracle", withExtension: "json") else {
      fatalError("Fixtures/oracle.json is not in the test bundle")
    }
    do {
      return try JSONDecoder().decode(Oracle.self, from: Data(contentsOf: url))
    } catch {
      fatalError("Fixtures/oracle.json: \(error)")
    }
  }()
}

/// Whether two numbers agree to 1e-9, or are both missing.
func agree(_ value: Double?, _ reference: Double?) -> Bool {
  guard let value, let reference else { return value == nil && reference == nil }
  return abs(value - reference) <= 1e-9 * max(1, abs(reference))
}
