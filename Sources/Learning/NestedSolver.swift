internal import LinAlg

/// Newton's method on growing samples, then gradients of all rows, preconditioned with the last sample's Hessian.
///
/// 1. Samples: the optimum of a small sample is the start on the next, four times as large; one Newton step is
///    usually enough on each but the first. No sample is solved further than its own statistical error.
/// 2. All rows: L-BFGS steps with the Hessian of the largest sample as metric, one gradient pass each. That Hessian is
///    the whole's to within √(d/m), so each pass takes one to two digits off the gradient.
/// 3. Where that does not contract well (few rows a parameter, or blocks unlike each other), Newton's method on all
///    rows takes over from the point reached.
///
/// After Bollapragada, Byrd & Nocedal, "Exact and inexact subsampled Newton methods for optimization" (2019), with
/// nested instead of independent samples.
struct NestedSolver {
  private var run: Run
  private let plan: NestedPlan

  init(_ run: Run, _ plan: NestedPlan) {
    self.run = run
    self.plan = plan
  }

  /// Minimises from `start` (d + 1 elements, the intercept last); `isWarm` says that somebody chose it.
  mutating func solve(from start: [Double], isWarm: Bool) throws -> Fit {
    var begin: Iterate?
    if isWarm {
      let iterate = try run.begin(at: start, .none)
      if run.isConverged(iterate.value) {
        run.report(iterate)
        return run.finish(iterate, solver: .nested, stop: StopReason.tolerance)
      }
      begin = iterate
    }
    let first = begin?.point ?? start
    let (point, preconditioner) = try climb(from: begin, or: first)
    var current: Iterate
    if let begin, point == begin.point {
      current = begin
    } else {
      current = Iterate(point: point, value: try run.evaluate(point))
      if !current.value.isFinite, let error = try run.objective.data.firstNonFinite() { throw error }
    }
    // Of no use if it is worse than where the fit began: the blocks are unlike the whole.
    let limit = begin?.value.objective ?? run.objective.atZero
    guard let preconditioner, current.value.isFinite, current.value.objective <= limit else {
      var newton = NewtonSolver(run, name: .nested)
      return try newton.solve(from: first)
    }
    run.report(current)
    return try descend(from: &current, QuasiNewton(preconditioner))
  }

  /// Goes up through the samples. Returns the point reached and the last sample's factored Hessian, nil where a sample
  /// has none.
  private mutating func climb(from begin: Iterate?, or start: [Double]) throws -> ([Double], NewtonStep?) {
    var point = start
    var last: NewtonStep?
    if let begin, let largest = plan.samples.last {
      // A start nearer to the optimum than a sample could lead is kept; only the metric is wanted.
      let value = try run.evaluate(begin.point, .single, over: largest)
      if let hessian = value.hessian, let step = NewtonStep(hessian) {
        let decrement = -dot(begin.value.gradient, step.direction(begin.value.gradient))
        if decrement <= 10 * statisticalError(largest) { return (begin.point, step) }
      }
    }
    for sample in plan.samples {
      guard let step = try solve(sample, &point) else { return (point, nil) }
      last = step
    }
    return (point, last)
  }

  /// By how much, twice, the optimum of a sample misses that of all rows, in the objective: (d + 1)·Σc/m.
  private func statisticalError(_ sample: RowSample) -> Double {
    Double(run.objective.order) * run.objective.totalWeight / Double(max(1, sample.count))
  }

  /// Newton steps on a sample until its own error outweighs what is left to gain. Returns the last Hessian's factor.
  private mutating func solve(_ sample: RowSample, _ point: inout [Double]) throws -> NewtonStep? {
    var accepted: (point: [Double], objective: Double, direction: [Double])?
    var size = 1.0
    var step: NewtonStep?
    for _ in 0..<12 {
      let value = try run.evaluate(point, .single, over: sample)
      run.report(Iterate(point: point, value: value, stepSize: size), rows: sample.count)
      if let before = accepted, !(value.objective <= before.objective) {
        // Too far: half way back. What is lost by giving up after some halvings is made good on all rows.
        size /= 2
        point = before.point
        add(size, before.direction, to: &point)
        continue
      }
      guard value.isFinite, let hessian = value.hessian, let next = NewtonStep(hessian) else { return nil }
      step = next
      let direction = next.direction(value.gradient)
      let decrement = -dot(value.gradient, direction)
      accepted = (point, value.objective, direction)
      size = 1
      add(1, direction, to: &point)
      // A Newton step about squares the relative error: after this one it is below the sample's own.
      let (left, own) = (decrement / run.objective.totalWeight, statisticalError(sample) / run.objective.totalWeight)
      if left * left <= own { break }
    }
    return step
  }

  /// Preconditioned L-BFGS on all rows.
  private mutating func descend(from current: inout Iterate, _ start: QuasiNewton) throws -> Fit {
    var metric = start
    var slow = 0
    while !run.isConverged(current.value) {
      guard run.beginIteration() else {
        return run.finish(current, solver: .nested, stop: StopReason.limit(run.iterations))
      }
      let direction = metric.direction(current.value.gradient)
      guard let next = try search(from: current, along: direction) else { return try handOver(current) }
      let contraction = run.norm(next.value) / run.norm(current.value)
      var step = next.point
      var change = next.value.gradient
      add(-1, current.point, to: &step)
      add(-1, current.value.gradient, to: &change)
      metric.remember(step: step, change: change)
      current = next
      run.report(current)
      slow = contraction > 0.3 ? slow + 1 : 0
      if slow == 2, !run.isConverged(current.value) { return try handOver(current) }
    }
    if run.wantsPolish(current) { try run.polish(&current, along: metric.direction(current.value.gradient)) }
    return run.finish(current, solver: .nested, stop: StopReason.tolerance)
  }

  /// The whole step, or at most a quarter of it. Nil where that is not acceptable.
  private mutating func search(from current: Iterate, along direction: [Double]) throws -> Iterate? {
    let slope = dot(current.value.gradient, direction)
    guard slope < 0 else { return nil }
    for size in [1, 0.5, 0.25] {
      var trial = current.point
      add(size, direction, to: &trial)
      let value = try run.evaluate(trial)
      if current.accepts(value, size: size, slope: slope, weight: run.objective.totalWeight) {
        return Iterate(point: trial, value: value, stepSize: size)
      }
    }
    return nil
  }

  /// Newton's method from here on.
  private func handOver(_ current: Iterate) throws -> Fit {
    var newton = NewtonSolver(run, name: .nested)
    return try newton.solve(from: current)
  }
}
