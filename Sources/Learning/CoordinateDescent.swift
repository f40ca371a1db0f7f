internal import LinAlg

/// Coordinate descent over the working set of a `PenalizedQuadratic`, with direct steps where it is slow.
///
/// Sweeps settle which weights are zero and the signs of the others (Friedman, Hastie & Tibshirani, "Regularization paths
/// for generalized linear models via coordinate descent", 2010). With these known, the rest is a linear system: a direct
/// step solves it, up to the first weight that would change its sign, which becomes zero. Correlated features, over which
/// sweeps alone would take hundreds of rounds, cost a few factorisations so.
final class CoordinateDescent {
  /// v over the working set, the intercept last.
  private(set) var values: [Double]
  /// (B + l2·I₀) over the working set, k×k.
  private var matrix: [Double]
  /// The smooth gradient at v.
  private var slopes: [Double]
  private let l1: Double
  private let count: Int

  /// A descent over the `places` of `problem`, the last of which is the intercept's, that starts at `start`.
  init(_ problem: PenalizedQuadratic, _ places: [Int], from start: [Double]) {
    let count = places.count
    let order = problem.point.count
    self.count = count
    l1 = problem.penalty.l1
    values = places.map { start[$0] }
    slopes = places.map { problem.gradient[$0] }
    matrix = [Double](repeating: 0, count: count * count)
    problem.curvature.elements.withUnsafeBufferPointer { elements in
      for (p, i) in places.enumerated() {
        for (q, j) in places.enumerated() { matrix[p * count + q] = elements[i * order + j] }
        if p < count - 1 { matrix[p * count + p] += problem.penalty.l2 }
      }
    }
    for (p, i) in places.enumerated() where start[i] != problem.point[i] {
      move(p, by: start[i] - problem.point[i])
      values[p] = start[i]
    }
  }

  /// Descends until no weight's subgradient is above `tolerance`, or sweeps no longer pay.
  func run(tolerance: Double) {
    // Without a lasso's part there are no signs to find out.
    if l1 == 0 { solveDirectly() }
    for _ in 0..<100 {
      if sweep(all: true) <= tolerance { return }
      var isSettled = false
      for _ in 0..<8 where !isSettled { isSettled = sweep(all: false) <= tolerance }
      if !isSettled { solveDirectly() }
    }
  }

  /// Minimises over one weight after the other. Returns the largest subgradient that was met.
  private func sweep(all: Bool) -> Double {
    var largest = 0.0
    for p in 0..<count {
      let (value, isFree) = (values[p], p == count - 1)
      guard all || value != 0 || isFree else { continue }
      let curvature = matrix[p * count + p]
      guard curvature > 0 else { continue }
      let unpenalised = value - slopes[p] / curvature
      let next = isFree ? unpenalised : softThreshold(unpenalised, l1 / curvature)
      guard next != value else { continue }
      largest = max(largest, curvature * abs(next - value))
      move(p, by: next - value)
      values[p] = next
    }
    return largest
  }

  /// Solves for the weights that are not zero, and goes there as far as no sign changes.
  private func solveDirectly() {
    let free = (0..<count).filter { values[$0] != 0 || l1 == 0 || $0 == count - 1 }
    var system = Matrix<Double>(rows: free.count, columns: free.count)
    for (a, p) in free.enumerated() {
      for (b, q) in free[...a].enumerated() { system[a, b] = matrix[p * count + q] }
    }
    // Repeated features leave it singular; sweeps go on alone then.
    guard let factor = try? Cholesky(system) else { return }
    let step = factor.solve(
      free.map { p in
        let sign = p == count - 1 ? 0 : values[p] > 0 ? l1 : -l1
        return -(slopes[p] + sign)
      })
    guard step.allSatisfy(\.isFinite) else { return }
    var (size, blocking) = (1.0, -1)
    if l1 > 0 {
      for (a, p) in free.enumerated() where p < count - 1 && (values[p] + step[a]) * values[p] <= 0 {
        let reach = -values[p] / step[a]
        if reach < size || blocking < 0 { (size, blocking) = (min(reach, size), p) }
      }
    }
    for (a, p) in free.enumerated() {
      let next = p == blocking ? 0 : values[p] + size * step[a]
      move(p, by: next - values[p])
      values[p] = next
    }
  }

  /// Adds what a weight's change makes of the slopes.
  private func move(_ p: Int, by change: Double) {
    let count = count
    matrix.withUnsafeBufferPointer { matrix in
      slopes.withUnsafeMutableBufferPointer { slopes in
        let row = matrix.baseAddress! + p * count
        for q in 0..<count { slopes[q] += change * row[q] }
      }
    }
  }

  /// The nearest to `value` within reach of zero: sign(value)·max(|value| − threshold, 0).
  private func softThreshold(_ value: Double, _ threshold: Double) -> Double {
    value > threshold ? value - threshold : value < -threshold ? value + threshold : 0
  }
}
