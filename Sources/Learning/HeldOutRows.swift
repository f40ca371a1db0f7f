internal import LinAlg

/// Rows that a fit did not see, with the scores that its model gives them.
public struct HeldOutRows: Sendable {
  /// The log-odds of label 1.
  public var scores: [Double]
  /// 0 or 1.
  public var labels: [UInt8]
  /// Sample weights; nil stands for 1 everywhere.
  public var weights: [Double]?
}

extension TrainingData {
  /// Calls `body` with each of several models' scores of some rows: one read of these for eight models.
  ///
  /// - Parameter rows: Numbers of this process's rows, ascending.
  /// - Throws: What reading the rows or `body` throws.
  /// - Complexity: O(md) a model for m rows, and O(m) memory for each of eight.
  public func forEachScores(
    of models: [Coefficients], scaler: StandardScaler, rows: [Int], threads: Int,
    _ body: (Int, HeldOutRows) throws -> Void
  ) throws {
    var heldOut = HeldOutRows(scores: [], labels: rows.map { labels[$0] }, weights: nil)
    if let weights { heldOut.weights = rows.map { Double(weights[$0]) } }
    let chunks = RowChunks(rows: rows.count, chunkRows: ScoreBlock.rows)
    for first in stride(from: 0, to: models.count, by: 8) {
      let group = Array(models[first..<min(first + 8, models.count)])
      let parts = Parallel.map(
        chunks.count, threads: threads, scratch: { ScoreBlock(self, group, scaler) }
      ) { block, chunk in Result { try block.scores(of: rows[chunks[chunk]]) } }
      let scores = try parts.map { try $0.get() }
      for k in group.indices {
        heldOut.scores = scores.flatMap { part in stride(from: k, to: part.count, by: group.count).map { part[$0] } }
        try body(first + k, heldOut)
      }
    }
  }
}

/// The memory in which one thread scores rows by a few models.
private final class ScoreBlock {
  /// How many rows are scored at once.
  static let rows = 256

  private let reader: any RowReader
  private let columns: Int
  private let scaler: StandardScaler
  /// weight / scale, d×k for k models.
  private let slopes: Matrix<Double>
  private let intercepts: [Double]
  /// Rows side by side, centred.
  private var block: [Double]

  init(_ data: TrainingData, _ models: [Coefficients], _ scaler: StandardScaler) {
    reader = data.features.makeReader()
    columns = data.columns
    self.scaler = scaler
    intercepts = models.map(\.intercept)
    var slopes = Matrix<Double>(rows: columns, columns: models.count)
    for (k, model) in models.enumerated() {
      for j in 0..<columns { slopes[j, k] = model.weights[j] / scaler.scale[j] }
    }
    self.slopes = slopes
    block = [Double](repeating: 0, count: Self.rows * columns)
  }

  /// The scores, one row of them a row and one column a model.
  func scores(of rows: ArraySlice<Int>) throws -> [Double] {
    try gather(rows)
    let width = intercepts.count
    var scores = Matrix<Double>(
      rows: rows.count, columns: width, elements: (0..<rows.count * width).map { intercepts[$0 % width] })
    guard columns > 0 else { return scores.elements }
    block.withUnsafeBufferPointer { block in
      let rows = MatrixView(baseAddress: block.baseAddress!, rows: rows.count, columns: columns, rowStride: columns)
      slopes.withView { slopes in scores.withMutableView { BLAS.gemm(rows, slopes, beta: 1, into: $0) } }
    }
    return scores.elements
  }

  private func gather(_ rows: ArraySlice<Int>) throws {
    var first = rows.startIndex
    while first < rows.endIndex {
      // Rows that follow each other, as those of a request, are read at once.
      var last = first
      while last + 1 < rows.endIndex, rows[last + 1] == rows[last] + 1 { last += 1 }
      let x = try reader.read(rows[first]..<rows[last] + 1)
      for i in first...last {
        let (row, place) = (x + (i - first) * reader.rowStride, (i - rows.startIndex) * columns)
        for j in 0..<columns { block[place + j] = Double(row[j]) - scaler.mean[j] }
      }
      first = last + 1
    }
  }
}
