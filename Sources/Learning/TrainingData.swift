public import LinAlg

/// The rows that a model is fitted to: borrowed, raw (unscaled), read in blocks and never copied whole.
///
/// Shapes: features n×d float32, row-major; one label in {0, 1} a row; one weight ≥ 0 a row, where there are weights.
/// The owner of the memory (usually a mapped file) keeps it alive and unchanged while a fit runs.
///
/// Where several processes fit together, these are the rows of one of them: labels, weights and `features` are its own,
/// and `partition` says which of all rows they are.
public struct TrainingData: @unchecked Sendable {
  // Sendable without a lock: the memory is only ever read through this type.

  /// The features of this process's rows, raw.
  public let features: any RowSource
  /// Their labels, 0 or 1.
  public let labels: UnsafeBufferPointer<UInt8>
  /// Their sample weights; nil stands for 1 everywhere.
  public let weights: UnsafeBufferPointer<Float>?
  /// Which of all rows they are.
  public let partition: RowPartition

  /// Rows with their labels and, where known, weights.
  ///
  /// Values are checked by who reads them (`StandardScaler.fit`, `LogisticRegression.fit`); shapes are checked here.
  ///
  /// - Parameter partition: Which of all rows these are; nil where they are all.
  /// - Precondition: There is one label, and one weight where there are weights, for each row.
  public init(
    features: any RowSource, labels: UnsafeBufferPointer<UInt8>, weights: UnsafeBufferPointer<Float>? = nil,
    partition: RowPartition? = nil
  ) {
    precondition(labels.count == features.rows, "\(labels.count) labels for \(features.rows) rows")
    if let weights {
      precondition(weights.count == features.rows, "\(weights.count) weights for \(features.rows) rows")
    }
    if let partition {
      precondition(partition.rows == features.rows, "a partition of \(partition.rows) rows for \(features.rows)")
    }
    self.features = features
    self.labels = labels
    self.weights = weights
    self.partition = partition ?? RowPartition(wholeOf: features.rows)
  }

  /// Rows in memory with their labels and, where known, weights.
  ///
  /// - Precondition: There is one label, and one weight where there are weights, for each row.
  public init(
    features: MatrixView<Float>, labels: UnsafeBufferPointer<UInt8>, weights: UnsafeBufferPointer<Float>? = nil
  ) {
    self.init(features: MemoryRows(features), labels: labels, weights: weights)
  }

  /// How many rows this process has: all of them, where it fits alone.
  public var rows: Int { features.rows }

  /// n, the rows of all processes.
  public var totalRows: Int { partition.totalRows }

  /// d, the number of features.
  public var columns: Int { features.columns }
}
