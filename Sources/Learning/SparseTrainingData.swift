public import LinAlg

/// The rows of a sparse matrix that a model is fitted to: borrowed, raw (unscaled), never made dense.
///
/// The owner of the labels and weights keeps them alive and unchanged while a fit runs.
public struct SparseTrainingData: @unchecked Sendable {
  // Sendable without a lock: the memory is only ever read through this type.

  /// The n×d features, raw.
  public let features: CSRMatrix
  /// The n labels, 0 or 1.
  public let labels: UnsafeBufferPointer<UInt8>
  /// The n sample weights; nil stands for 1 everywhere.
  public let weights: UnsafeBufferPointer<Float>?

  /// Rows with their labels and, where known, weights; their values are checked by the fit.
  ///
  /// - Precondition: There is one label, and one weight where there are weights, for each row.
  public init(features: CSRMatrix, labels: UnsafeBufferPointer<UInt8>, weights: UnsafeBufferPointer<Float>? = nil) {
    precondition(labels.count == features.rows, "\(labels.count) labels for \(features.rows) rows")
    if let weights {
      precondition(weights.count == features.rows, "\(weights.count) weights for \(features.rows) rows")
    }
    self.features = features
    self.labels = labels
    self.weights = weights
  }

  /// n, the number of rows.
  public var rows: Int { features.rows }

  /// d, the number of features.
  public var columns: Int { features.columns }

  /// Σ weights of the rows of each label.
  ///
  /// - Throws: `LearningError.empty`, `.invalidLabel`, `.invalidWeight`, `.noWeight`, `.oneClassOnly`.
  func labelWeights() throws(LearningError) -> (Double, Double) {
    guard rows > 0 else { throw .empty }
    var counts = [0, 0]
    var sums = [0.0, 0.0]
    for row in 0..<rows {
      let weight = weights?[row] ?? 1
      guard weight.isFinite, weight >= 0 else { throw .invalidWeight(row: row, weight: weight) }
      let label = Int(labels[row])
      guard label <= 1 else { throw .invalidLabel(row: row, label: labels[row]) }
      counts[label] += weight > 0 ? 1 : 0
      sums[label] += Double(weight)
    }
    guard counts != [0, 0] else { throw .noWeight(rows: rows) }
    for label in 0...1 where counts[1 - label] == 0 {
      throw .oneClassOnly(label: UInt8(label), rows: counts[label])
    }
    return (sums[0], sums[1])
  }
}
