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
  /// Which solver `auto` is.
  static func suited(to objective: Objective) -> Self {
    if objective.columns > 2000 { return .newtonCG }
    return objective.data.totalRows * objective.columns >= 500_000 ? .nested : .newton
  }
}
