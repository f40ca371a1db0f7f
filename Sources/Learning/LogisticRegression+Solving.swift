extension LogisticRegression {
  /// Runs the solver that the parameters name, or the one that suits the data.
  func solve(_ run: Run, from start: [Double], isWarm: Bool) throws -> Fit {
    let objective = run.objective
    if parameters.l1 > 0 { return try solveProximally(run, from: start) }
    let choice = parameters.solver == .auto ? Solver.suited(to: objective) : parameters.solver
    switch choice {
    case .proximal:
      return try solveProximally(run, from: start)
    case .newtonCG:
      return try solveByConjugateGradients(run, from: start)
    case .lbfgs:
      var solver = LBFGSSolver(run)
      return try solver.solve(from: start)
    case .auto, .nested, .newton:
      if choice == .nested, parameters.maxIterations > 0,
        let plan = NestedPlan(objective, tolerance: parameters.tolerance)
      {
        var solver = NestedSolver(run, plan)
        return try solver.solve(from: start, isWarm: isWarm)
      }
      var solver = NewtonSolver(run)
      return try solver.solve(from: start)
    }
  }

  private func solveByConjugateGradients(_ run: Run, from start: [Double]) throws -> Fit {
    var solver = NewtonCGSolver(
      DenseScores(run.objective), tolerance: parameters.tolerance, maxIterations: parameters.maxIterations,
      progress: run.progress)
    do {
      let (point, report) = try solver.solve(from: start)
      let columns = run.objective.columns
      return Fit(
        coefficients: Coefficients(weights: Array(point[..<columns]), intercept: point[columns]), report: report)
    } catch let error as LearningError {
      guard case .overflow = error else { throw error }
      throw try run.objective.data.firstNonFinite() ?? error
    }
  }
}

extension LogisticRegression.Solver {
  /// Which solver `auto` is: `newton-cg` above 2,000 features, else `nested` from 500,000 numbers on, else `newton`.
  ///
  /// Seconds to a tolerance of 1e-9 with l2 = 1, two busy cores, float32 normal features; ρ is the correlation of
  /// neighbouring ones. `nested` is `newton` where rows are too few for samples.
  ///
  ///     rows × features  ρ     newton   nested   newton-cg (products)   lbfgs (steps)
  ///     50,000 × 1,000   0       11.1      1.5       0.5   (13)            0.3   (11)
  ///     50,000 × 1,000   0.9      8.5      3.4       8.5  (184)            8.7  (181)
  ///     20,000 × 4,000   0      > 40               3.1   (39)            2.1   (28)
  ///     20,000 × 4,000   0.9    > 40              19.9  (347)           19.5  (278)
  ///      5,000 × 10,000  0                         6.1  (139)            3.9   (56)
  ///      5,000 × 10,000  0.9                      25.8  (509)           10.5  (190)
  ///
  /// `lbfgs` is the fastest of those that store no Hessian, but takes more steps than the default limit where features are
  /// correlated; `newton-cg` took 5 to 11. A Hessian pays as long as it is small, whatever the correlation.
  static func suited(to objective: Objective) -> Self {
    if objective.columns > 2000 { return .newtonCG }
    return objective.data.totalRows * objective.columns >= 500_000 ? .nested : .newton
  }
}
