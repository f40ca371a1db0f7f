/// L-BFGS with the diagonal of the Hessian as metric: a gradient pass a step, and O(d) memory beyond the data.
///
/// Nocedal & Wright, "Numerical Optimization", chapter 7.2, with a backtracking line search: the objective is convex, so
/// that the curvature along a step is never negative and a search for Wolfe's second condition isn't needed.
struct LBFGSSolver {
  private var run: Run
  private let memory = 20

  init(_ run: Run) { self.run = run }

  /// Minimises from `start` (d + 1 elements, the intercept last).
  mutating func solve(from start: [Double]) throws -> Fit {
    var current = try run.begin(at: start, .none)
    run.report(current)
    guard !run.isConverged(current.value), run.parameters.maxIterations > 0 else { return finish(current) }
    var metric = QuasiNewton(diagonal: try run.diagonal(at: current.point), memory: memory)
    while !run.isConverged(current.value), run.beginIteration() {
      guard let next = try step(from: current, &metric) else {
        return run.finish(current, solver: .lbfgs, stop: StopReason.rounding)
      }
      var step = next.point
      var change = next.value.gradient
      add(-1, current.point, to: &step)
      add(-1, current.value.gradient, to: &change)
      metric.remember(step: step, change: change)
      current = next
      run.report(current)
    }
    if run.isConverged(current.value), run.wantsPolish(current) {
      try run.polish(&current, along: metric.direction(current.value.gradient))
    }
    return finish(current)
  }

  private func finish(_ current: Iterate) -> Fit {
    let stop = run.isConverged(current.value) ? StopReason.tolerance : StopReason.limit(run.iterations)
    return run.finish(current, solver: .lbfgs, stop: stop)
  }

  /// An acceptable step; where remembered steps lead nowhere, one without them.
  private mutating func step(from current: Iterate, _ metric: inout QuasiNewton) throws -> Iterate? {
    if let next = try search(from: current, along: metric.direction(current.value.gradient)) { return next }
    guard !metric.isEmpty else { return nil }
    metric.forget()
    return try search(from: current, along: metric.direction(current.value.gradient))
  }

  /// Cuts the step back, to where a parabola through what is known has its minimum, until it is acceptable. Nil after 40
  /// cuts, or where the direction does not descend.
  private mutating func search(from current: Iterate, along direction: [Double]) throws -> Iterate? {
    let slope = dot(current.value.gradient, direction)
    guard slope < 0 else { return nil }
    var size = 1.0
    for _ in 0..<40 {
      var trial = current.point
      add(size, direction, to: &trial)
      let value = try run.evaluate(trial)
      if current.accepts(value, size: size, slope: slope, weight: run.objective.totalWeight) {
        return Iterate(point: trial, value: value, stepSize: size)
      }
      let excess = value.objective - current.value.objective - size * slope
      let share = excess.isFinite && excess > 0 ? -slope * size / (2 * excess) : 0.1
      size *= max(0.1, min(0.5, share))
    }
    return nil
  }
}
