import Learning
import LinAlg

/// Sparse rows of small whole-number values, from seeded draws: columns of very different frequency, some never used.
///
/// `Fixtures/make_sparse_oracle.py` makes the same rows, entry by entry.
struct SparseRows {
  var columns: Int
  var offsets: [Int64] = [0]
  var indices: [Int32] = []
  var values: [Float]?
  var labels: [UInt8] = []
  var weights: [Float]?

  /// Rows of up to six entries; row 7 has none. Values are 1 or, where asked for, quarters from −2 to 2, no zero.
  init(rows: Int, columns: Int, seed: Int, hasValues: Bool, hasWeights: Bool = false) {
    self.columns = columns
    let draw = SyntheticRows.draws(seed: seed)
    var values: [Float] = []
    var weights: [Float] = []
    for row in 0..<rows {
      var row6: [Int32: Float] = [:]
      var score = -0.5
      for _ in 0..<6 {
        let u = draw()
        let column = Int(u * u * u * Double(columns - 3))
        let value = hasValues ? (draw() * 16).rounded(.down) / 4 - 2 : 1
        guard row != 7, value != 0, row6[Int32(column)] == nil else { continue }
        row6[Int32(column)] = Float(value)
        score += Double((column * 7) % 5 - 2) * 0.5 * value
      }
      for (column, value) in row6.sorted(by: { $0.key < $1.key }) {
        indices.append(column)
        values.append(value)
      }
      offsets.append(Int64(indices.count))
      labels.append(score + 4 * (draw() - 0.5) > 0 ? 1 : 0)
      weights.append(Float((draw() * 4).rounded(.down)))
    }
    self.values = hasValues ? values : nil
    self.weights = hasWeights ? weights : nil
  }

  /// Calls `body` with the rows as the library takes them.
  func withData<Result>(_ body: (SparseTrainingData) throws -> Result) throws -> Result {
    let matrix = try CSRMatrix(columns: columns, offsets: offsets, indices: indices, values: values)
    return try labels.withUnsafeBufferPointer { labels in
      guard let weights else { return try body(SparseTrainingData(features: matrix, labels: labels)) }
      return try weights.withUnsafeBufferPointer {
        try body(SparseTrainingData(features: matrix, labels: labels, weights: $0))
      }
    }
  }

  func fit(
    _ parameters: LogisticRegression.Parameters, scale: [Double]? = nil, intercept: Bool = true,
    warmStart: Coefficients? = nil
  ) throws -> Fit {
    try withData {
      try LogisticRegression(parameters).fit($0, scale: scale, intercept: intercept, warmStart: warmStart)
    }
  }

  /// The same rows with every zero written out.
  var dense: SyntheticRows {
    var features = [Float](repeating: 0, count: labels.count * columns)
    for row in labels.indices {
      for entry in Int(offsets[row])..<Int(offsets[row + 1]) {
        features[row * columns + Int(indices[entry])] = values?[entry] ?? 1
      }
    }
    return SyntheticRows(columns: columns, features: features, labels: labels, weights: weights)
  }

  /// The rows, each as often as its weight says, and no weights.
  var repeated: SparseRows {
    guard let weights else { return self }
    var result = self
    result.offsets = [0]
    result.indices = []
    result.values = values.map { _ in [] }
    result.labels = []
    result.weights = nil
    for row in labels.indices {
      for _ in 0..<Int(weights[row]) {
        let range = Int(offsets[row])..<Int(offsets[row + 1])
        result.indices += indices[range]
        if let values { result.values? += values[range] }
        result.offsets.append(Int64(result.indices.count))
        result.labels.append(labels[row])
      }
    }
    return result
  }
}
