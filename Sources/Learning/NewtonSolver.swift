internal import LinAlg

/// Newton's method: a Hessian of all rows, its Cholesky factor, a backtracking line search.
///
/// Nocedal & Wright, "Numerical Optimization", chapters 3.1 and 3.3; the acceptance of steps whose gain drowns in
/// rounding is that of scikit-learn's Newton solver.
struct NewtonSolver {
  private var run: Run
  private let name: LogisticRegression.Solver
  private var curvature = Objective.Curvature.single
  private var hasRestarted = false

  /// A solver that goes on with `run` and reports under `name`.
  init(_ run: Run, name: LogisticRegression.Solver = .newton) {
    self.run = run
    self.name = name
  }

  /// Minimises from `start` (d + 1 elements, the intercept last).
  mutating func solve(from start: [Double]) throws -> Fit {
    let iterate = try run.begin(at: start, run.parameters.maxIterations > 0 ? curvature : .none)
    run.report(iterate)
    return try solve(from: iterate)
  }

  /// Minimises from where another solver stands.
  mutating func solve(from start: Iterate) throws -> Fit {
    var current = start
    while !run.isConverged(current.value) {
      guard run.beginIteration() else {
        return run.finish(current, solver: name, stop: StopReason.limit(run.iterations))
      }
      guard let step = try factor(&current) else {
        return run.finish(current, solver: name, stop: StopReason.hessian)
      }
      guard let next = try lineSearch(from: current, along: step.direction(current.value.gradient)) else {
        if try raiseCurvature(&current) { continue }
        if let zeros = try restart(from: current) {
          current = zeros
          continue
        }
        return run.finish(current, solver: name, stop: StopReason.rounding)
      }
      let contraction = next.value.largestGradient / current.value.largestGradient
      current = next
      run.report(current)
      // An exact Hessian contracts faster and faster; one whose small eigenvalues drown in float32 does not.
      if next.stepSize == 1, contraction > 0.1, step.damping == 0, run.norm(current.value) < 1e-3,
        !run.isConverged(current.value)
      {
        _ = try raiseCurvature(&current)
      }
    }
    if run.wantsPolish(current), let step = try factor(&current) {
      try run.polish(&current, along: step.direction(current.value.gradient))
    }
    return run.finish(current, solver: name, stop: StopReason.tolerance)
  }

  /// Zeros, once, where a start so flat that steps from it lead nowhere is far from done.
  private mutating func restart(from current: Iterate) throws -> Iterate? {
    guard !hasRestarted, run.norm(current.value) > 1e-6 else { return nil }
    hasRestarted = true
    let zeros = [Double](repeating: 0, count: current.point.count)
    let value = try run.evaluate(zeros, curvature)
    return value.isFinite ? Iterate(point: zeros, value: value) : nil
  }

  /// Halves the step until it is acceptable. Nil after 30 halvings, or where the direction does not descend.
  private mutating func lineSearch(from current: Iterate, along direction: [Double]) throws -> Iterate? {
    let slope = dot(current.value.gradient, direction)
    guard slope < 0 else { return nil }
    var size = 1.0
    for _ in 0...30 {
      var trial = current.point
      add(size, direction, to: &trial)
      let value = try run.evaluate(trial, size == 1 ? curvature : .none)
      if current.accepts(value, size: size, slope: slope, weight: run.objective.totalWeight) {
        return Iterate(point: trial, value: value, stepSize: size)
      }
      size /= 2
    }
    return nil
  }

  /// The factor of the Hessian, computed if it isn't there; once more in float64 if float32 fails.
  private mutating func factor(_ current: inout Iterate) throws -> NewtonStep? {
    if current.value.hessian == nil { current.value.hessian = try run.evaluate(current.point, curvature).hessian }
    if let hessian = current.value.hessian, let step = NewtonStep(hessian), step.damping == 0 || curvature == .double {
      return step
    }
    guard try raiseCurvature(&current), let hessian = current.value.hessian else { return nil }
    return NewtonStep(hessian)
  }

  /// From float32 to float64 Hessians, the current one included. False where they are float64 already.
  private mutating func raiseCurvature(_ current: inout Iterate) throws -> Bool {
    guard curvature == .single else { return false }
    curvature = .double
    current.value.hessian = try run.evaluate(current.point, .double).hessian
    return true
  }
}
