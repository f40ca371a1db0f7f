public import LinAlg

/// The rows that a model is fitted to: borrowed, raw (unscaled), read in blocks and never copied whole.
///
/// Shapes: features n×d float32, row-major; one label in {0, 1} a row; one weight ≥ 0 a row, where there are weights.
/// The owner of the memory (usually a mapped file) keeps it alive and unchanged while a fit runs.
public struct TrainingData: @unchecked Sendable {
  // Sendable without a lock: the memory is only ever read through this type.

  /// The n×d features, raw.
  public let features: MatrixView<Float>
  /// The n labels, 0 or 1.
  public let labels: UnsafeBufferPointer<UInt8>
  /// The n sample weights; nil stands for 1 everywhere.
  public let weights: UnsafeBufferPointer<Float>?

  /// Rows with their labels and, where known, weights.
  ///
  /// Values are checked by who reads them (`StandardScaler.fit`, `LogisticRegression.fit`); shapes are checked here.
  ///
  /// - Precondition: There is one label, and one weight where there are weights, for each row.
  public init(
    features: MatrixView<Float>, labels: UnsafeBufferPointer<UInt8>, weights: UnsafeBufferPointer<Float>? = nil
  ) {
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
}
