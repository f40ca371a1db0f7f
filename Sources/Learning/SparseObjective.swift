internal import LinAlg

/// The objective of logistic regression over sparse rows, in the columns that have entries.
///
/// The same formula as `Objective` with all means 0: scores are Σⱼ wⱼ·xᵢⱼ/scaleⱼ + b. A column without an entry has
/// gradient l2·w, so that its coefficient is 0 and it is left out. The others are numbered by falling frequency: most
/// entries then lie in the first few thousand columns, whose coefficients stay in the cache. The matrix is kept twice,
/// by rows for X·v and by columns for Xᵀr, so that every sum has one writer and one order, whatever the threads.
///
/// Memory beyond the data: 8 bytes an entry (12 where there are values), and O(n + d).
final class SparseObjective: ScoredObjective {
  /// Which feature each column is.
  let features: [Int32]
  let totalWeight: Double
  let threads: Int
  /// l2 a column and, where there is an intercept, a 0.
  let penalty: [Double]
  private let rows: CSRMatrix
  private let columns: CSRMatrix
  private let hasIntercept: Bool
  private let losses: LogisticLosses
  /// 1 / scale a column; nil where all are 1.
  private let inverseScale: [Double]?
  private let rowChunks: RowChunks
  /// Ranges of columns with about as many entries each.
  private let columnChunks: [Range<Int>]
  /// The direction over scale, and the rows' share of a Hessian's product, in float32: what random access reads has to
  /// fit the cache.
  private let direction: UnsafeMutablePointer<Float>
  private let shares: UnsafeMutablePointer<Float>

  var order: Int { rows.columns + (hasIntercept ? 1 : 0) }

  init(
    _ data: SparseTrainingData, scale: [Double], l2: Double, classWeights: (Double, Double), totalWeight: Double,
    intercept: Bool, threads: Int
  ) {
    features = data.features.columnsByFrequency(threads: threads)
    rows = data.features.renumbered(features, threads: threads)
    columns = rows.transposed(threads: threads)
    hasIntercept = intercept
    self.totalWeight = totalWeight
    self.threads = threads
    penalty = [Double](repeating: l2, count: features.count) + (intercept ? [0] : [])
    losses = LogisticLosses(
      labels: data.labels, weights: data.weights, classWeights: classWeights, threads: threads)
    let scales = features.map { scale[Int($0)] }
    inverseScale = scales.allSatisfy { $0 == 1 } ? nil : scales.map { 1 / $0 }
    rowChunks = RowChunks(rows: data.rows, blockRows: 64, atMost: 128)
    columnChunks = Self.chunks(of: columns, atMost: 128)
    direction = .allocate(capacity: features.count + 1)
    shares = .allocate(capacity: data.rows)
  }

  deinit {
    direction.deallocate()
    shares.deallocate()
  }

  private static func chunks(of columns: CSRMatrix, atMost limit: Int) -> [Range<Int>] {
    let share = (columns.entries + columns.rows) / limit + 1
    var chunks: [Range<Int>] = []
    var start = 0
    for column in 0..<columns.rows {
      let size = Int(columns.offsets[column + 1] - columns.offsets[start]) + column + 1 - start
      if size >= share || column == columns.rows - 1 {
        chunks.append(start..<(column + 1))
        start = column + 1
      }
    }
    return chunks
  }

  func scores(of point: [Double]) -> [Double] {
    var weights = Array(point[..<rows.columns])
    if let inverseScale {
      for column in weights.indices { weights[column] *= inverseScale[column] }
    }
    return rows.multiply(weights, plus: hasIntercept ? point[rows.columns] : 0, threads: threads)
  }

  func loss(at scores: [Double], plus size: Double, times step: [Double]?) -> ScoredLoss {
    losses(at: scores, plus: size, times: step)
  }

  func gradient(of residuals: [Double]) -> [Double] {
    perColumn(residuals) { column, sum in sum * (self.inverseScale?[column] ?? 1) }
  }

  func diagonal(of curvatures: [Double]) -> [Double] {
    guard let values = columns.values, let indices = columns.indices.baseAddress else {
      return perColumn(curvatures) { column, sum in
        let inverse = self.inverseScale?[column] ?? 1
        return sum * inverse * inverse
      }
    }
    // Where there are values, they count squared.
    var diagonal = perColumn(curvatures) { _, _ in 0 }
    diagonal.withUnsafeMutableBufferPointer { diagonal in
      nonisolated(unsafe) let diagonal = diagonal
      Parallel.forEach(columnChunks.count, threads: threads) { chunk in
        for column in columnChunks[chunk] {
          var sum = 0.0
          for entry in columns.entries(of: column) {
            sum += Double(values[entry]) * Double(values[entry]) * curvatures[Int(indices[entry])]
          }
          let inverse = inverseScale?[column] ?? 1
          diagonal[column] = sum * inverse * inverse
        }
      }
    }
    return diagonal
  }

  /// Xᵀv by column, as `finish` makes it, and Σ v for the intercept.
  private func perColumn(_ vector: [Double], _ finish: (Int, Double) -> Double) -> [Double] {
    var result = [Double](repeating: 0, count: order)
    result.withUnsafeMutableBufferPointer { result in
      nonisolated(unsafe) let result = result
      vector.withUnsafeBufferPointer { vector in
        guard let base = vector.baseAddress else { return }
        Parallel.forEach(columnChunks.count, threads: threads) { chunk in
          columns.forEachProduct(of: columnChunks[chunk], with: base) { result[$0] = finish($0, $1) }
        }
      }
    }
    if hasIntercept {
      result[rows.columns] = Parallel.map(rowChunks.count, threads: threads) { chunk in
        rowChunks[chunk].reduce(0) { $0 + vector[$1] }
      }.reduce(0, +)
    }
    return result
  }

  func multiplyHessian(
    _ curvatures: [Double], by vector: UnsafeBufferPointer<Double>, into product: UnsafeMutableBufferPointer<Double>
  ) -> Double {
    nonisolated(unsafe) let (vector, product) = (vector, product)
    let last = rows.columns
    Parallel.forEach(columnChunks.count, threads: threads) { chunk in
      for column in columnChunks[chunk] { direction[column] = Float(vector[column] * (inverseScale?[column] ?? 1)) }
    }
    let ofIntercept = hasIntercept ? vector[last] : 0
    let sums = curvatures.withUnsafeBufferPointer { curvatures in
      nonisolated(unsafe) let curvatures = curvatures
      return Parallel.map(rowChunks.count, threads: threads) { chunk in
        var sum = 0.0
        rows.forEachProduct(of: rowChunks[chunk], with: direction, plus: ofIntercept) { row, score in
          let share = curvatures[row] * score
          shares[row] = Float(share)
          sum += share
        }
        return sum
      }
    }
    let dots = Parallel.map(columnChunks.count, threads: threads) { chunk in
      var dot = 0.0
      columns.forEachProduct(of: columnChunks[chunk], with: shares) { column, sum in
        let value = sum * (inverseScale?[column] ?? 1) + penalty[column] * vector[column]
        product[column] = value
        dot += value * vector[column]
      }
      return dot
    }
    var dot = dots.reduce(0, +)
    if hasIntercept {
      product[last] = sums.reduce(0, +)
      dot += product[last] * vector[last]
    }
    return dot
  }
}
