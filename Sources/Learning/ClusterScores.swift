internal import CKernels
internal import LinAlg

/// The memory in which one thread sums the outer products of the clusters' scores.
///
/// The score of a cluster g, such as a request or a user, is its part of the gradient, without the penalty: s_g = Σ_{i in g} rᵢ·(x̃ᵢ, 1).
final class ClusterScores {
  private let objective: Objective
  private let columns: Int
  private let clusters: RowClusters
  private let inverseScale: [Double]
  /// weight / scale, of the point at which residuals are taken.
  private let u: [Double]
  private let intercept: Double
  private let blockClusters: Int
  private let reader: any RowReader
  private let workspace: UnsafeMutablePointer<Double>
  /// The scores of a block of clusters, one a row.
  private let scores: UnsafeMutablePointer<Double>

  private init(_ objective: Objective, _ clusters: RowClusters, _ point: [Double], blockClusters: Int) {
    self.objective = objective
    self.clusters = clusters
    self.blockClusters = blockClusters
    columns = objective.columns
    inverseScale = objective.scaler.scale.map { 1 / $0 }
    u = (0..<objective.columns).map { point[$0] / objective.scaler.scale[$0] }
    intercept = point[objective.columns]
    reader = objective.data.features.makeReader()
    workspace = .allocate(capacity: pp_workspace(columns))
    scores = .allocate(capacity: blockClusters * (columns + 1))
  }

  deinit {
    workspace.deallocate()
    scores.deallocate()
  }

  /// Σ_g s_g·s_gᵀ over clusters, (d + 1)×(d + 1) and both triangles, the intercept last.
  ///
  /// The same bytes at any number of threads: chunks of blocks of clusters are fixed, and are added in order.
  ///
  /// - Parameter clusters: Of this process's rows; no cluster has rows in two processes.
  /// - Throws: What reading the rows, or adding up over processes, throws.
  /// - Complexity: O(nd + Gd²) for G clusters of n rows.
  static func outerProducts(
    _ objective: Objective, _ clusters: RowClusters, at point: [Double]
  ) throws -> Matrix<Double> {
    let order = objective.order
    // 256 KiB of scores, to stay in the second-level cache.
    let block = max(16, 32_768 / order)
    let limit = max(8, min(64, 1_048_576 / (order * order)))
    let chunks = RowChunks(rows: clusters.count, blockRows: block, atMost: limit)
    let parts = Parallel.map(
      chunks.count, threads: objective.threads,
      scratch: { ClusterScores(objective, clusters, point, blockClusters: block) }
    ) { scores, chunk in Result { try scores.sum(chunks[chunk]) } }
    var total = Matrix<Double>(rows: order, columns: order)
    for part in parts {
      let part = try part.get()
      for i in 0..<order {
        for j in 0...i { total[i, j] += part[i, j] }
      }
    }
    total = try total.summed(over: objective.data.partition.communicator)
    for i in 0..<order {
      for j in 0..<i { total[j, i] = total[i, j] }
    }
    return total
  }

  /// The lower triangle of the sum over some clusters.
  private func sum(_ range: Range<Int>) throws -> Matrix<Double> {
    let order = columns + 1
    var total = Matrix<Double>(rows: order, columns: order)
    // Users' rows are all over the place, so that there is nothing to fetch ahead.
    if clusters.kind == .request, let first = clusters[range.lowerBound].first,
      let last = clusters[range.upperBound - 1].last
    {
      reader.announce(first.lowerBound..<last.upperBound)
    }
    for start in stride(from: range.lowerBound, to: range.upperBound, by: blockClusters) {
      let block = start..<min(start + blockClusters, range.upperBound)
      for cluster in block { try score(cluster, into: scores + (cluster - start) * order) }
      let view = MatrixView(baseAddress: UnsafePointer(scores), rows: block.count, columns: order, rowStride: order)
      total.withMutableView { BLAS.syrk(view, beta: 1, into: $0) }
    }
    return total
  }

  private func score(_ cluster: Int, into score: UnsafeMutablePointer<Double>) throws {
    score.update(repeating: 0, count: columns + 1)
    for run in clusters[cluster] {
      for rows in RowPiece.cut(run, columns: columns) { add(rows, to: score, try reader.read(rows)) }
    }
    for j in 0..<columns { score[j] *= inverseScale[j] }
  }

  /// Adds r·(x − mean) and, last, r of rows whose features are at `x`.
  private func add(_ rows: Range<Int>, to score: UnsafeMutablePointer<Double>, _ x: UnsafePointer<Float>) {
    let data = objective.data
    u.withUnsafeBufferPointer { u in
      objective.scaler.mean.withUnsafeBufferPointer { mean in
        var job = pp_rows(
          x: x, stride: reader.rowStride, rows: rows.count, columns: columns, mean: mean.baseAddress,
          u: u.baseAddress, intercept: intercept, labels: data.labels.baseAddress.map { $0 + rows.lowerBound },
          weights: data.weights?.baseAddress.map { $0 + rows.lowerBound }, negative: objective.classWeights.0,
          positive: objective.classWeights.1, workspace: workspace)
        var sums = pp_sums(residual: score[columns], gradient: score, curvature: 0, cross: nil)
        _ = pp_loss_gradient(&job, &sums, nil)
        score[columns] = sums.residual
      }
    }
  }
}
