import Events
import Features
import Foundation
import Models

/// A model that answers requests.
struct LoadedModel: Sendable {
  let reference: String
  /// SHA-256 of its manifest.
  let hash: String
  let features: [String]
  let featureSet: FeatureSet
  let since: Timestamp
  /// Which engine of the serving state computes its features.
  var engine = 0
  private let scorer: Scorer
  /// Which feature each column belongs to.
  private let featureOfColumn: [Int]
  /// The words of each feature; nil for the position, which says nothing about a proposition.
  private let reasons: [String?]

  /// - Throws: `ModelError` for a model without a feature set, or with one that is not made for this catalogue.
  init(_ artifact: ModelArtifact, catalogue: Catalogue, since: Timestamp) throws(ModelError) {
    guard let featureSet = artifact.featureSet else {
      throw .mismatch("\(artifact.path): was fitted on imported arrays; a server needs the features.yml of a dataset")
    }
    guard featureSet.resolved(for: catalogue).columnNames == artifact.model.features else {
      throw .mismatch(
        "\(artifact.path): its features.yml leaves a vocabulary open that this catalogue fills differently")
    }
    reference = artifact.reference
    hash = artifact.hash
    features = artifact.model.features
    self.featureSet = featureSet
    self.since = since
    scorer = Scorer(artifact)
    featureOfColumn = featureSet.featureOfColumn
    reasons = featureSet.features.map { feature in
      if case .position = feature.definition { nil } else { feature.reasonText }
    }
  }

  /// The best `limit` rows of a row-major matrix with a candidate a row: log-odds descending, ties in the order of the
  /// rows. nil when a score is not finite.
  func best(_ limit: Int, of vectors: UnsafeBufferPointer<Float>) -> [(row: Int, logOdds: Double)]? {
    var best: [(row: Int, logOdds: Double)] = []
    best.reserveCapacity(limit + 1)
    for row in 0..<(vectors.count / features.count) {
      let logOdds = scorer.logOdds(vector(row, of: vectors))
      guard logOdds.isFinite else { return nil }
      if best.count == limit, logOdds <= best[limit - 1].logOdds { continue }
      let place = best.lastIndex { $0.logOdds >= logOdds }.map { $0 + 1 } ?? 0
      best.insert((row, logOdds), at: place)
      if best.count > limit { best.removeLast() }
    }
    return best
  }

  /// The probability that log-odds stand for, calibrated where the model is.
  func confidence(logOdds: Double) -> Double { scorer.probability(logOdds: logOdds) }

  func vector(_ row: Int, of vectors: UnsafeBufferPointer<Float>) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(rebasing: vectors[(row * features.count)..<((row + 1) * features.count)])
  }

  /// The mean of each column.
  func means(of vectors: UnsafeBufferPointer<Float>) -> [Double] {
    var sums = Array(repeating: 0.0, count: features.count)
    for start in stride(from: 0, to: vectors.count, by: features.count) {
      for column in 0..<features.count { sums[column] += Double(vectors[start + column]) }
    }
    let rows = Double(vectors.count / features.count)
    return sums.map { $0 / rows }
  }

  /// The words of the feature that speaks most for this vector against the average candidate; a feature that is the
  /// same for all candidates, as the user's device, says nothing.
  func reason(for vector: UnsafeBufferPointer<Float>, against means: [Double]) -> String {
    var byFeature = Array(repeating: 0.0, count: reasons.count)
    for (column, contribution) in scorer.contributions(vector, mean: means).enumerated() {
      byFeature[featureOfColumn[column]] += contribution
    }
    let told = byFeature.indices.filter { reasons[$0] != nil && byFeature[$0] > 1e-9 }
    return told.max { byFeature[$0] < byFeature[$1] }.flatMap { reasons[$0] } ?? "Suggested for you"
  }
}
