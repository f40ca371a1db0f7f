internal import LinAlg

/// Proximal Newton with a metric that is kept: the solver for penalties with a lasso's part, for one or a path of them.
///
/// 1. Propose: the minimum of a quadratic model of the smooth part plus the penalty (`PenalizedQuadratic`).
/// 2. Search: the whole step, or half, … of it, by the decrease that the model promises. One gradient pass each.
/// 3. Learn: the model takes in what the step showed of the curvature (BFGS). Only where steps no longer contract, it is
///    computed anew: at the present point, of a sample of the rows, and of more rows where that was not enough.
///
/// The model outlives a penalty: along a path the optimum moves little, and so does the Hessian. What a value of the path
/// costs, then, are two or three gradient passes.
///
/// After Lee, Sun & Saunders, "Proximal Newton-type methods for minimizing composite functions" (2014); strong rules from
/// Tibshirani et al., "Strong rules for discarding predictors in lasso-type problems" (2012).
struct ProximalNewtonSolver {
  /// Its objective is the loss alone; penalties come with each problem.
  private(set) var run: Run
  private var metric: CurvatureModel?
  /// How the metric was computed last; falls to all rows, then to float64.
  private var sampling: Sampling
  /// Steps since then.
  private var age = 0

  /// How a problem ended.
  struct Outcome {
    /// Where; its value is the loss's.
    var iterate: Iterate
    /// The violation of optimality there, divided by Σ cᵢ.
    var violation: Double
    var stop: String
  }

  /// A solver over the loss of `run`, whose objective has l2 = 0.
  init(_ run: Run) {
    precondition(run.objective.l2 == 0, "the loss comes with a penalty of \(run.objective.l2)")
    self.run = run
    sampling = Sampling(run.objective)
  }

  /// Minimises loss + penalty from `start`.
  ///
  /// - Parameters:
  ///   - previous: The penalty that `start` is the optimum for, if it is one: lets the strong rule discard features.
  ///   - limit: The most steps.
  /// - Throws: What reading the rows, or adding up over processes, throws.
  mutating func solve(
    _ penalty: Penalty, from start: Iterate, previous: Penalty? = nil, tolerance: Double, limit: Int
  ) throws -> Outcome {
    var problem = Problem(penalty, start, weight: run.objective.totalWeight)
    var steps = 0
    var slow = 0
    report(problem)
    while problem.violation > tolerance {
      guard steps < limit, run.beginIteration() else {
        return problem.outcome(StopReason.limit(steps))
      }
      steps += 1
      guard let model = try metric ?? computed(at: problem.iterate) else { return problem.outcome(StopReason.hessian) }
      metric = model
      let target = propose(problem, model, previous: steps == 1 ? previous : nil, tolerance: tolerance)
      guard let next = try search(problem, toward: target) else {
        guard age > 0 || !sampling.isExact else { return problem.outcome(StopReason.rounding) }
        refresh()
        continue
      }
      let contraction = next.violation / problem.violation
      learn(from: problem.iterate, to: next.iterate)
      problem = next
      report(problem)
      // A model that is still good takes a digit off; how often a new one pays was measured on paths.
      slow = contraction > 0.2 || problem.iterate.stepSize < 1 ? slow + 1 : 0
      if slow == 2, problem.violation > tolerance {
        refresh()
        slow = 0
      }
    }
    try polish(&problem, tolerance: tolerance, limit: limit - steps)
    return problem.outcome(StopReason.tolerance)
  }

  /// The minimum of the model around the present point.
  private func propose(
    _ problem: Problem, _ model: CurvatureModel, previous: Penalty?, tolerance: Double
  ) -> [Double] {
    let (point, gradient, l1) = (problem.iterate.point, problem.gradient, problem.penalty.l1)
    // The strong rule: between two penalties, a gradient's entry moves at most by their difference, nearly always. What it
    // discards wrongly comes back by the model's own slopes, and by the next pass, which looks at all features.
    let threshold = min(l1, previous.map { 2 * l1 - $0.l1 } ?? l1)
    let candidates = gradient.indices.dropLast().filter { point[$0] != 0 || abs(gradient[$0]) >= threshold }
    let quadratic = PenalizedQuadratic(curvature: model, penalty: problem.penalty, point: point, gradient: gradient)
    let weight = run.objective.totalWeight
    return quadratic.minimum(
      candidates: candidates, tolerance: max(0.01 * problem.violation, 0.05 * tolerance) * weight)
  }

  /// The whole way to `target`, or a part of it. Nil where no part of it is acceptable.
  private mutating func search(_ problem: Problem, toward target: [Double]) throws -> Problem? {
    let start = problem.iterate.point
    var step = target
    add(-1, start, to: &step)
    let slope = dot(problem.gradient, step) + problem.penalty.lassoChange(from: start, to: target)
    guard slope < 0 else { return nil }
    var size = 1.0
    for _ in 0..<30 {
      var point = target
      if size < 1 {
        point = start
        add(size, step, to: &point)
      }
      let iterate = Iterate(point: point, value: try run.evaluate(point), stepSize: size)
      if iterate.value.isFinite {
        let next = Problem(problem.penalty, iterate, weight: run.objective.totalWeight)
        if problem.accepts(next, size: size, slope: slope) { return next }
      }
      size /= 2
    }
    return nil
  }

  /// Lets the model take in a step.
  private mutating func learn(from start: Iterate, to end: Iterate) {
    age += 1
    var step = end.point
    var change = end.value.gradient
    add(-1, start.point, to: &step)
    add(-1, start.value.gradient, to: &change)
    metric?.learn(step: step, change: change)
  }

  /// Has the model computed anew at the next step; of more rows where it is nearly new.
  private mutating func refresh() {
    if age <= 4 { sampling.grow() }
    metric = nil
  }

  private mutating func computed(at iterate: Iterate) throws -> CurvatureModel? {
    age = 0
    let curvature: Objective.Curvature = sampling.isExact ? .double : .single
    let value = try run.evaluate(iterate.point, curvature, over: sampling.sample)
    return value.hessian.flatMap { CurvatureModel($0, error: sampling.isExact ? 1e-12 : 1e-6) }
  }

  /// One step more, where the tolerance asks for exact coefficients; see `NewtonSolver`.
  private mutating func polish(_ problem: inout Problem, tolerance: Double, limit: Int) throws {
    guard tolerance <= 1e-8, problem.violation > 1e-4 * tolerance, limit > 0, let model = metric, run.beginIteration()
    else { return }
    let target = propose(problem, model, previous: nil, tolerance: tolerance * 1e-2)
    let iterate = Iterate(point: target, value: try run.evaluate(target))
    if iterate.value.isFinite {
      learn(from: problem.iterate, to: iterate)
      let next = Problem(problem.penalty, iterate, weight: run.objective.totalWeight)
      if next.violation < problem.violation { problem = next }
    }
    report(problem)
  }

  private func report(_ problem: Problem) {
    run.progress?(
      IterationReport(
        iteration: run.iterations, rows: run.objective.data.totalRows, objective: problem.objective,
        gradientNorm: problem.violation, stepSize: problem.iterate.stepSize))
  }
}

/// Where a proximal solver stands with a penalty.
private struct Problem {
  let penalty: Penalty
  let iterate: Iterate
  /// Of all but the lasso's part.
  let gradient: [Double]
  /// With the penalty.
  let objective: Double
  /// Σ cᵢ.
  let weight: Double
  /// Of optimality, divided by Σ cᵢ.
  let violation: Double

  init(_ penalty: Penalty, _ iterate: Iterate, weight: Double) {
    self.penalty = penalty
    self.iterate = iterate
    self.weight = weight
    gradient = penalty.smoothGradient(iterate.value.gradient, at: iterate.point)
    objective = penalty.objective(loss: iterate.value.objective, at: iterate.point)
    violation = penalty.violation(gradient, at: iterate.point) / weight
  }

  /// Whether `next` falls by a share of what the slope promises or, where that drowns in rounding, is nearer to optimal.
  func accepts(_ next: Problem, size: Double, slope: Double) -> Bool {
    let gain = next.objective - objective
    if gain <= 1e-4 * size * slope { return true }
    return abs(gain) <= 16 * Double.ulpOfOne * (abs(objective) + weight) && next.violation < violation
  }

  func outcome(_ stop: String) -> ProximalNewtonSolver.Outcome {
    .init(iterate: iterate, violation: violation, stop: stop)
  }
}

extension Penalty {
  /// l1·(‖v‖₁ − ‖w‖₁), weight by weight: near the optimum, the difference of the sums would be rounding alone.
  fileprivate func lassoChange(from start: [Double], to end: [Double]) -> Double {
    var change = 0.0
    for j in 0..<(start.count - 1) { change += abs(end[j]) - abs(start[j]) }
    return l1 * change
  }
}
