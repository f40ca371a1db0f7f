internal import CKernels
internal import LinAlg

/// The dense `Objective` as a function of its rows' scores: for solvers that multiply with its Hessian, never stored.
///
/// Each method but `loss` is one pass over the data; a product with the Hessian reads each row once. Sums are made per
/// chunk of rows, of a size that follows from the data's shape, and added in order.
///
/// Memory beyond the data: a few numbers a row in who calls it, and up to 64 gradients of d + 1 float64 numbers.
struct DenseScores: ScoredObjective {
  private let objective: Objective
  private let losses: LogisticLosses
  private let chunks: RowChunks
  let penalty: [Double]

  init(_ objective: Objective) {
    self.objective = objective
    losses = LogisticLosses(
      labels: objective.data.labels, weights: objective.data.weights, classWeights: objective.classWeights,
      threads: objective.threads)
    chunks = RowChunks(
      rows: objective.data.rows, blockRows: max(64, 65_536 / max(1, objective.columns) / 8 * 8), atMost: 64)
    penalty = [Double](repeating: objective.l2, count: objective.columns) + [0]
  }

  var order: Int { objective.order }
  var totalWeight: Double { objective.totalWeight }
  var threads: Int { objective.threads }
  private var columns: Int { objective.columns }

  func scores(of point: [Double]) throws -> [Double] {
    var scores = [Double](repeating: 0, count: objective.data.rows)
    let u = unscaled(point)
    try scores.withUnsafeMutableBufferPointer { scores in
      guard let base = scores.baseAddress else { return }
      nonisolated(unsafe) let scores = base
      _ = try pass { block, rows, x in
        pp_scores(
          x, block.stride, rows.count, columns, objective.scaler.mean, u, point[columns], &block.workspace,
          scores + rows.lowerBound)
      }
    }
    return scores
  }

  func loss(at scores: [Double], plus size: Double, times step: [Double]?) throws -> ScoredLoss {
    var result = losses(at: scores, plus: size, times: step)
    var sum = [result.loss]
    try objective.data.partition.communicator.sum(&sum)
    result.loss = sum[0]
    return result
  }

  func gradient(of residuals: [Double]) throws -> [Double] {
    let sums = try residuals.withUnsafeBufferPointer { residuals in
      nonisolated(unsafe) let residuals = residuals
      return try pass { block, rows, x in
        pp_moments(
          x, block.stride, rows.count, columns, objective.scaler.mean, residuals.baseAddress! + rows.lowerBound,
          &block.workspace, &block.sums, nil)
        for row in rows { block.sums[columns] += residuals[row] }
      }
    }
    return scaled(sums)
  }

  func diagonal(of curvatures: [Double]) throws -> [Double] {
    var squares = try curvatures.withUnsafeBufferPointer { curvatures in
      nonisolated(unsafe) let curvatures = curvatures
      return try pass { block, rows, x in
        pp_moments(
          x, block.stride, rows.count, columns, objective.scaler.mean, curvatures.baseAddress! + rows.lowerBound,
          &block.workspace, &block.unused, &block.sums)
        for row in rows { block.sums[columns] += curvatures[row] }
      }
    }
    for j in 0..<columns { squares[j] /= objective.scaler.scale[j] * objective.scaler.scale[j] }
    return squares
  }

  func multiplyHessian(
    _ curvatures: [Double], by direction: UnsafeBufferPointer<Double>, into product: UnsafeMutableBufferPointer<Double>
  ) throws -> Double {
    let u = unscaled(direction)
    let intercept = direction[columns]
    let sums = try curvatures.withUnsafeBufferPointer { curvatures in
      nonisolated(unsafe) let curvatures = curvatures
      return try pass { block, rows, x in
        let sum = pp_hessian_product(
          x, block.stride, rows.count, columns, objective.scaler.mean, u, intercept,
          curvatures.baseAddress! + rows.lowerBound, &block.workspace, &block.sums)
        block.sums[columns] += sum
      }
    }
    var bend = 0.0
    for (j, sum) in scaled(sums).enumerated() {
      product[j] = sum + penalty[j] * direction[j]
      bend += product[j] * direction[j]
    }
    return bend
  }

  /// weight / scale: what raw features are multiplied with.
  private func unscaled(_ weights: some Collection<Double>) -> [Double] {
    zip(weights, objective.scaler.scale).map { $0 / $1 }
  }

  /// Sums over raw features, taken to the scaled ones; 0 for an intercept that is not free.
  private func scaled(_ sums: [Double]) -> [Double] {
    var sums = sums
    for j in 0..<columns { sums[j] /= objective.scaler.scale[j] }
    if !objective.fitsIntercept { sums[columns] = 0 }
    return sums
  }

  /// What one thread sums up.
  private struct Block {
    let stride: Int
    /// d + 1 sums, the intercept's last.
    var sums: [Double]
    /// Sums that a kernel makes and nobody asked for.
    var unused: [Double]
    var workspace: [Double]
  }

  /// Calls `body` for all rows, piece by piece: with the rows' numbers and where the first one's features are. Returns the
  /// sums of all pieces, of all processes.
  private func pass(_ body: (inout Block, Range<Int>, UnsafePointer<Float>) -> Void) throws -> [Double] {
    let parts = Parallel.map(
      chunks.count, threads: threads, scratch: { objective.data.features.makeReader() }
    ) { reader, chunk in
      Result {
        var block = Block(
          stride: reader.rowStride, sums: [Double](repeating: 0, count: order),
          unused: [Double](repeating: 0, count: order),
          workspace: [Double](repeating: 0, count: pp_workspace(columns)))
        reader.announce(chunks[chunk])
        for rows in RowPiece.cut(chunks[chunk], columns: columns) { body(&block, rows, try reader.read(rows)) }
        return block.sums
      }
    }
    var total = [Double](repeating: 0, count: order)
    for part in parts { add(1, try part.get(), to: &total) }
    try objective.data.partition.communicator.sum(&total)
    return total
  }
}
