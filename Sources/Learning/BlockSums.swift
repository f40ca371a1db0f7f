internal import CKernels
internal import LinAlg

/// The memory in which one thread works through its blocks, and how it sums them up.
final class BlockSums {
  private let objective: Objective
  private let curvature: Objective.Curvature
  private let columns: Int
  private let blockRows: Int
  private let inverseScale: [Double]
  private let reader: any RowReader
  private let workspace: UnsafeMutablePointer<Double>
  /// Curvatures of the rows that wait for their Hessian.
  private let curvatures: UnsafeMutablePointer<Double>
  /// These rows, scaled and times the roots of their curvatures.
  private let single: UnsafeMutablePointer<Float>
  private let double: UnsafeMutablePointer<Double>
  /// Their d×d products, float32.
  private let products: UnsafeMutablePointer<Float>
  private var waiting = 0

  init(_ objective: Objective, _ curvature: Objective.Curvature) {
    self.objective = objective
    self.curvature = curvature
    columns = objective.columns
    blockRows = objective.blockRows
    inverseScale = objective.scaler.scale.map { 1 / $0 }
    reader = objective.data.features.makeReader()
    let size = max(1, blockRows * columns)
    workspace = .allocate(capacity: pp_workspace(columns))
    curvatures = .allocate(capacity: curvature == .none ? 1 : blockRows)
    single = .allocate(capacity: curvature == .single ? size : 1)
    double = .allocate(capacity: curvature == .double ? size : 1)
    products = .allocate(capacity: curvature == .single ? max(1, columns * columns) : 1)
  }

  deinit {
    workspace.deallocate()
    curvatures.deallocate()
    single.deallocate()
    double.deallocate()
    products.deallocate()
  }

  /// The sums over this process's rows of the given blocks of `sample`, at `point`.
  ///
  /// - Throws: What reading the rows throws.
  /// - Precondition: For a Hessian, blocks are no longer than the objective's.
  func sum(_ sample: RowSample, blocks: Range<Int>, at point: [Double]) throws -> Partial {
    let partition = objective.data.partition
    var partial = Partial(columns: columns, curvature: curvature)
    let u = (0..<columns).map { point[$0] / objective.scaler.scale[$0] }
    let all = partition.local(sample[blocks.lowerBound].lowerBound..<sample[blocks.upperBound - 1].upperBound)
    if sample.step == 1 { reader.announce(all) }
    if curvature == .none && sample.step == 1 {
      for piece in RowPiece.cut(all, columns: columns) {
        try addGradient(piece, u, point[columns], nil, to: &partial)
      }
      return partial
    }
    for block in blocks {
      let rows = partition.local(sample[block])
      guard !rows.isEmpty else { continue }
      guard curvature != .none else {
        try addGradient(rows, u, point[columns], nil, to: &partial)
        continue
      }
      if waiting + rows.count > blockRows { addProducts(to: &partial) }
      let x = try addGradient(rows, u, point[columns], curvatures + waiting, to: &partial)
      enqueue(x, rows.count)
    }
    addProducts(to: &partial)
    return partial
  }

  /// Returns where the features of the rows are, until the next are read.
  @discardableResult
  private func addGradient(
    _ rows: Range<Int>, _ u: [Double], _ intercept: Double, _ curvatures: UnsafeMutablePointer<Double>?,
    to partial: inout Partial
  ) throws -> UnsafePointer<Float> {
    let data = objective.data
    let x = try reader.read(rows)
    u.withUnsafeBufferPointer { u in
      objective.scaler.mean.withUnsafeBufferPointer { mean in
        var job = pp_rows(
          x: x, stride: reader.rowStride, rows: rows.count, columns: columns, mean: mean.baseAddress,
          u: u.baseAddress, intercept: intercept, labels: data.labels.baseAddress.map { $0 + rows.lowerBound },
          weights: data.weights?.baseAddress.map { $0 + rows.lowerBound }, negative: objective.classWeights.0,
          positive: objective.classWeights.1, workspace: workspace)
        partial.gradient.withUnsafeMutableBufferPointer { gradient in
          partial.cross.withUnsafeMutableBufferPointer { cross in
            var sums = pp_sums(
              residual: partial.residual, gradient: gradient.baseAddress, curvature: partial.curvature,
              cross: cross.baseAddress)
            partial.loss += pp_loss_gradient(&job, &sums, curvatures)
            partial.residual = sums.residual
            partial.curvature = sums.curvature
          }
        }
      }
    }
    return x
  }

  /// Lets rows, whose curvatures are there, wait for their Hessian.
  private func enqueue(_ x: UnsafePointer<Float>, _ rows: Int) {
    let h = curvatures + waiting
    objective.scaler.mean.withUnsafeBufferPointer { mean in
      inverseScale.withUnsafeBufferPointer { inverse in
        if curvature == .single {
          pp_rooted_rows_single(
            x, reader.rowStride, rows, columns, mean.baseAddress, inverse.baseAddress, h,
            single + waiting * columns)
        } else {
          pp_rooted_rows(
            x, reader.rowStride, rows, columns, mean.baseAddress, inverse.baseAddress, h,
            double + waiting * columns)
        }
      }
    }
    waiting += rows
  }

  /// Adds the Hessian of the waiting rows.
  private func addProducts(to partial: inout Partial) {
    guard waiting > 0 else { return }
    defer { waiting = 0 }
    let columns = columns
    partial.hessian.withUnsafeMutableBufferPointer { hessian in
      guard let base = hessian.baseAddress else { return }
      if curvature == .double {
        BLAS.syrk(
          MatrixView(baseAddress: UnsafePointer(double), rows: waiting, columns: columns, rowStride: columns), beta: 1,
          into: MutableMatrixView(baseAddress: base, rows: columns, columns: columns, rowStride: columns))
        return
      }
      BLAS.syrk(
        MatrixView(baseAddress: UnsafePointer(single), rows: waiting, columns: columns, rowStride: columns),
        into: MutableMatrixView(baseAddress: products, rows: columns, columns: columns, rowStride: columns))
      for i in 0..<columns {
        for j in (i * columns)...(i * columns + i) { base[j] += Double(products[j]) }
      }
    }
  }
}
