internal import LinAlg

/// The function that a fit minimises, with its derivatives.
///
///     f(w, b) = Σᵢ cᵢ·loss(yᵢ, zᵢ) + ½·l2·‖w‖²,   z = X̃w + b,   X̃ᵢⱼ = (Xᵢⱼ − meanⱼ) / scaleⱼ
///     ∇f      = (X̃ᵀr + l2·w, Σ rᵢ),               r = cᵢ·(σ(zᵢ) − yᵢ)
///     ∇²f     = (X̃ 1)ᵀ·diag(h)·(X̃ 1) + l2·I₀,     h = cᵢ·σ(zᵢ)·(1 − σ(zᵢ)),  I₀ the identity but 0 for b
///
/// Shapes: X n×d float32 as given, c and y n; a parameter vector has d + 1 elements, the intercept last, and so have
/// the gradient and the (d + 1)×(d + 1) Hessian. cᵢ is the sample weight times the class weight. X̃ exists only a few
/// rows at a time. Everything is float64 but, where asked for, the products inside a Hessian block.
///
/// With the margin m = z for label 1 and −z for label 0, and e = exp(−|m|), the loss is log1p(e) + max(−m, 0), the
/// residual ∓σ(−m) and the curvature e / (1 + e)²: nothing cancels or overflows at any finite score.
///
/// Over a sample of the rows, the sums are scaled up to the weight of all rows; the penalty is not.
struct Objective {
  /// How exact a Hessian is wanted.
  enum Curvature {
    /// No Hessian.
    case none
    /// Products within a block in float32, sums over blocks in float64: half the time, good to 1e-6 of the diagonal.
    case single
    /// All in float64.
    case double
  }

  /// f, ∇f and, where asked for, the lower triangle of ∇²f at a point.
  struct Value {
    var objective: Double
    var gradient: [Double]
    var hessian: Matrix<Double>?

    /// Whether neither NaN nor infinity is in the objective and its gradient.
    var isFinite: Bool { objective.isFinite && gradient.allSatisfy(\.isFinite) }

    /// max |∇fⱼ|.
    var largestGradient: Double { gradient.reduce(0) { max($0, abs($1)) } }
  }

  let data: TrainingData
  let scaler: StandardScaler
  var l2: Double
  /// What a row of label 0 and of label 1 is multiplied with.
  let classWeights: (Double, Double)
  /// Σ cᵢ.
  let totalWeight: Double
  let threads: Int
  /// Whether b is free. If not, it is where the start has it: its gradient is 0 and nothing ties it to the weights.
  var fitsIntercept = true

  var columns: Int { data.columns }
  /// d + 1.
  var order: Int { data.columns + 1 }

  /// f at zeros: Σ cᵢ·log 2.
  var atZero: Double { totalWeight * 0x1.62e42fefa39efp-1 }

  /// Rows in a block of which a Hessian is summed at once: 256 KiB of float32, to stay in the second-level cache.
  var blockRows: Int { max(16, 65_536 / max(1, columns) / 8 * 8) }

  /// The rows of all processes.
  var allRows: RowSample { RowSample(rows: data.totalRows, blockRows: blockRows, step: 1) }

  /// f, ∇f and ∇²f at `point`, over all rows or a sample.
  ///
  /// The same bytes at any number of threads: chunks of blocks are fixed by the sample, and are added in order. Where
  /// several processes share the rows, each sums its own, and all have the same total, in which only the rounding
  /// depends on how many they are.
  ///
  /// - Throws: What reading the rows, or adding up over processes, throws.
  /// - Complexity: O(nd), with a Hessian O(nd²), n being the rows of the sample.
  func value(at point: [Double], curvature: Curvature = .none, over sample: RowSample? = nil) throws -> Value {
    let sample = sample ?? allRows
    // Hessians are large: fewer of them are kept side by side than gradients.
    let limit = curvature == .none ? 128 : max(8, min(64, 1_048_576 / (order * order)))
    let own = sample.blocks(touching: data.partition.range)
    let chunks = RowChunks(rows: own.count, blockRows: 1, atMost: limit)
    let parts = Parallel.map(chunks.count, threads: threads, scratch: { BlockSums(self, curvature) }) { sums, chunk in
      let blocks = chunks[chunk]
      return Result {
        try sums.sum(sample, blocks: own.lowerBound + blocks.lowerBound..<own.lowerBound + blocks.upperBound, at: point)
      }
    }
    var total = Partial(columns: columns, curvature: curvature)
    for part in parts { total.add(try part.get()) }
    try total.sum(over: data.partition.communicator)
    return finished(total, at: point, scale: sample.step == 1 ? 1 : totalWeight / (try weight(of: sample)))
  }

  /// Σ cᵢ over a sample; the total where the sample weighs nothing.
  private func weight(of sample: RowSample) throws -> Double {
    if data.weights == nil, classWeights.0 == classWeights.1 { return Double(sample.count) * classWeights.0 }
    var weights = [0.0, 0.0]
    for block in sample.blocks(touching: data.partition.range) {
      for row in data.partition.local(sample[block]) {
        weights[Int(data.labels[row])] += Double(data.weights?[row] ?? 1)
      }
    }
    try data.partition.communicator.sum(&weights)
    let sum = weights[0] * classWeights.0 + weights[1] * classWeights.1
    return sum > 0 ? sum : totalWeight
  }

  /// Takes sums to the scaled features, adds the penalty, and puts the intercept's row below the features'.
  private func finished(_ sum: Partial, at point: [Double], scale: Double) -> Value {
    var value = Value(objective: sum.loss * scale, gradient: sum.gradient)
    value.gradient.append(sum.residual * scale)
    for j in 0..<columns {
      value.objective += 0.5 * l2 * point[j] * point[j]
      value.gradient[j] = value.gradient[j] / scaler.scale[j] * scale + l2 * point[j]
    }
    if !fitsIntercept { value.gradient[columns] = 0 }
    guard sum.hasHessian else { return value }
    var hessian = [Double](repeating: 0, count: order * order)
    for i in 0..<columns {
      for j in 0...i { hessian[i * order + j] = sum.hessian[i * columns + j] * scale }
      hessian[i * order + i] += l2
      hessian[columns * order + i] = fitsIntercept ? sum.cross[i] / scaler.scale[i] * scale : 0
    }
    hessian[columns * order + columns] = sum.curvature * scale
    value.hessian = Matrix(rows: order, columns: order, elements: hessian)
    return value
  }
}
