/// Sums over some rows, without the penalty. What is of single features is centred but not scaled, but for the Hessian.
struct Partial {
  var loss = 0.0
  /// Σ r(x − mean).
  var gradient: [Double]
  /// Σ r.
  var residual = 0.0
  /// Whether the sums for a Hessian are there.
  let hasHessian: Bool
  /// The lower triangle of X̃ᵀ·diag(h)·X̃, d×d.
  var hessian: [Double]
  /// Σ h(x − mean).
  var cross: [Double]
  /// Σ h.
  var curvature = 0.0

  init(columns: Int, curvature: Objective.Curvature) {
    hasHessian = curvature != .none
    gradient = [Double](repeating: 0, count: columns)
    hessian = [Double](repeating: 0, count: hasHessian ? columns * columns : 0)
    cross = [Double](repeating: 0, count: hasHessian ? columns : 0)
  }

  mutating func add(_ other: Partial) {
    loss += other.loss
    residual += other.residual
    curvature += other.curvature
    Partial.add(other.gradient, to: &gradient)
    Partial.add(other.hessian, to: &hessian)
    Partial.add(other.cross, to: &cross)
  }

  /// Adds the sums of all processes, so that each has the total.
  ///
  /// - Throws: What the communicator throws.
  mutating func sum(over communicator: any Communicator) throws {
    guard communicator.size > 1 else { return }
    var values = [loss, residual, curvature]
    values.reserveCapacity(3 + gradient.count + cross.count + hessian.count)
    values += gradient
    values += cross
    values += hessian
    try communicator.sum(&values)
    (loss, residual, curvature) = (values[0], values[1], values[2])
    var rest = values.dropFirst(3)
    func take(_ count: Int) -> [Double] {
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    gradient = take(gradient.count)
    cross = take(cross.count)
    hessian = take(hessian.count)
  }

  private static func add(_ other: [Double], to sums: inout [Double]) {
    other.withUnsafeBufferPointer { other in
      sums.withUnsafeMutableBufferPointer { sums in
        for i in sums.indices { sums[i] += other[i] }
      }
    }
  }
}
