internal import LinAlg

/// Solves ∇²f·s = −∇f by conjugate gradients with the Hessian's diagonal as preconditioner, as exactly as it pays.
///
/// The vectors are worked on in fixed chunks, so that sums have one order at any number of threads.
struct ConjugateGradients<Objective: ScoredObjective> {
  /// Products with the Hessian so far.
  private(set) var products = 0
  private let objective: Objective
  private let chunks: RowChunks
  private let limit = 1000
  /// √(∇fᵀ·M⁻¹·∇f) of the first gradient, M being the diagonal.
  private var firstResidual: Double?

  init(_ objective: Objective) {
    self.objective = objective
    chunks = RowChunks(rows: objective.order, blockRows: 512, atMost: 64)
  }

  /// A descent direction s. The residual, measured by the preconditioner, falls to a share of the gradient: at most a
  /// tenth, the square root of how far gradients have fallen so far as they fall on, and never less than `sufficient`
  /// (what the tolerance asks for, over what the gradient is) makes worth it.
  mutating func direction(gradient: [Double], curvatures: [Double], sufficient: Double) throws -> [Double] {
    let count = objective.order
    var inverse = try objective.diagonal(of: curvatures)
    for j in 0..<count {
      let diagonal = inverse[j] + objective.penalty[j]
      // A parameter that nothing bends: the scale of a row's largest possible curvature keeps the step finite.
      inverse[j] = 1 / (diagonal > 1e-12 * objective.totalWeight ? diagonal : 0.25)
    }
    var step = [Double](repeating: 0, count: count)
    var residual = gradient.map { -$0 }
    var direction = zip(residual, inverse).map { $0 * $1 }
    var product = [Double](repeating: 0, count: count)
    var size = zip(residual, direction).reduce(0) { $0 + $1.0 * $1.1 }
    let target = size * square(forcing(size, sufficient))
    for iteration in 0..<limit {
      let bend = try product.withUnsafeMutableBufferPointer { product in
        try direction.withUnsafeBufferPointer { try objective.multiplyHessian(curvatures, by: $0, into: product) }
      }
      products += 1
      guard bend > 0, bend.isFinite, size > 0 else { return iteration == 0 ? direction : step }
      let next = advance(
        &step, &residual, direction: direction, product: product, inverse: inverse, by: size / bend)
      guard next > target else { break }
      turn(&direction, residual: residual, inverse: inverse, by: next / size)
      size = next
    }
    return step
  }

  private mutating func forcing(_ size: Double, _ sufficient: Double) -> Double {
    let first = firstResidual ?? size.squareRoot()
    firstResidual = first
    let share = 0.15 * (size.squareRoot() / first).squareRoot()
    return max(min(0.1, share), min(0.1, 0.3 * sufficient), 1e-4)
  }

  private func square(_ x: Double) -> Double { x * x }

  /// step += a·direction, residual −= a·product; returns residualᵀ·M⁻¹·residual.
  private func advance(
    _ step: inout [Double], _ residual: inout [Double], direction: [Double], product: [Double], inverse: [Double],
    by a: Double
  ) -> Double {
    step.withUnsafeMutableBufferPointer { step in
      residual.withUnsafeMutableBufferPointer { residual in
        nonisolated(unsafe) let (step, residual) = (step, residual)
        return Parallel.map(chunks.count, threads: objective.threads) { chunk in
          var sum = 0.0
          for j in chunks[chunk] {
            step[j] += a * direction[j]
            let value = residual[j] - a * product[j]
            residual[j] = value
            sum += value * value * inverse[j]
          }
          return sum
        }.reduce(0, +)
      }
    }
  }

  /// direction = M⁻¹·residual + b·direction.
  private func turn(_ direction: inout [Double], residual: [Double], inverse: [Double], by b: Double) {
    direction.withUnsafeMutableBufferPointer { direction in
      nonisolated(unsafe) let direction = direction
      Parallel.forEach(chunks.count, threads: objective.threads) { chunk in
        for j in chunks[chunk] { direction[j] = residual[j] * inverse[j] + b * direction[j] }
      }
    }
  }
}
