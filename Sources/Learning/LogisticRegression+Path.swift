extension LogisticRegression {
  /// Fits at each of a sequence of penalties; `parameters.l1`, `.l2` and `.solver` are not looked at.
  ///
  /// - Parameters:
  ///   - data: The raw rows.
  ///   - scaler: How to scale them.
  ///   - penalties: Largest first: each fit begins where the one before ended.
  ///   - progress: Called after each value with how many are done; throwing ends the path.
  /// - Throws: `LearningError`, as `fit`.
  /// - Complexity: A few gradient passes, O(nd), a value, and a Hessian of a part of the rows now and then.
  public func fitPath(
    _ data: TrainingData, scaler: StandardScaler, penalties: [Penalty], progress: ((Int) throws -> Void)? = nil
  ) throws -> PenaltyPath {
    var driver = try PathDriver(self, data, scaler)
    return try driver.run(penalties, progress)
  }

  /// The grid's penalties for these rows, and the fits at them.
  public func fitPath(
    _ data: TrainingData, scaler: StandardScaler, grid: PenaltyGrid, progress: ((Int) throws -> Void)? = nil
  ) throws -> PenaltyPath {
    var driver = try PathDriver(self, data, scaler)
    return try driver.run(grid.penalties(slope: driver.slope), progress)
  }
}

/// Goes down a path with one solver.
private struct PathDriver {
  private let clock = ContinuousClock()
  private let began: ContinuousClock.Instant
  private let parameters: LogisticRegression.Parameters
  private var solver: ProximalNewtonSolver
  /// The best intercept alone.
  private let null: Iterate

  init(_ regression: LogisticRegression, _ data: TrainingData, _ scaler: StandardScaler) throws {
    began = clock.now
    parameters = regression.parameters
    let loss = try regression.makeObjective(data, scaler).withoutPenalty
    var unlimited = parameters
    unlimited.maxIterations = .max
    var run = Run(loss, unlimited, nil)
    var point = [Double](repeating: 0, count: loss.order)
    point[loss.columns] = try loss.bestIntercept()
    null = try run.begin(at: point, .none)
    solver = ProximalNewtonSolver(run)
  }

  /// The largest gradient entry of a weight where all are zero.
  var slope: Double { null.value.gradient.dropLast().reduce(0) { max($0, abs($1)) } }

  mutating func run(_ penalties: [Penalty], _ progress: ((Int) throws -> Void)?) throws -> PenaltyPath {
    var points: [PenaltyPath.Point] = []
    var iterate = null
    for penalty in penalties {
      let outcome = try solver.solve(
        penalty, from: iterate, previous: points.last?.penalty, tolerance: parameters.tolerance,
        limit: parameters.maxIterations)
      iterate = outcome.iterate
      points.append(point(penalty, outcome))
      try progress?(points.count)
    }
    let report = solver.run.finish(iterate, solver: .proximal, stop: StopReason.tolerance).report
    return PenaltyPath(
      points: points, gradientPasses: report.gradientPasses, hessianPasses: report.hessianPasses,
      seconds: (clock.now - began) / .seconds(1))
  }

  private func point(_ penalty: Penalty, _ outcome: ProximalNewtonSolver.Outcome) -> PenaltyPath.Point {
    let (point, loss) = (outcome.iterate.point, outcome.iterate.value.objective)
    let weights = Array(point.dropLast())
    return PenaltyPath.Point(
      penalty: penalty, coefficients: Coefficients(weights: weights, intercept: point[weights.count]),
      nonZeros: weights.count { $0 != 0 }, objective: penalty.objective(loss: loss, at: point),
      devianceExplained: 1 - loss / null.value.objective, violation: outcome.violation,
      converged: outcome.violation <= parameters.tolerance)
  }
}
