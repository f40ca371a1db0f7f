extension LogisticRegression {
  /// A fit by proximal Newton, for a penalty that may have a lasso's part. Zeros as a start stand for the best intercept
  /// alone: where the penalty lets no weight leave zero, that is the optimum already.
  func solveProximally(_ run: Run, from start: [Double]) throws -> Fit {
    let loss = run.objective.withoutPenalty
    var run = Run(loss, parameters, run.progress)
    var start = start
    if start.allSatisfy({ $0 == 0 }) { start[loss.columns] = try loss.bestIntercept() }
    let begin = try run.begin(at: start, .none)
    var solver = ProximalNewtonSolver(run)
    let penalty = Penalty(l1: parameters.l1, l2: parameters.l2)
    let outcome = try solver.solve(
      penalty, from: begin, tolerance: parameters.tolerance, limit: parameters.maxIterations)
    var fit = solver.run.finish(outcome.iterate, solver: .proximal, stop: outcome.stop)
    fit.report.objective = penalty.objective(loss: fit.report.objective, at: outcome.iterate.point)
    fit.report.gradientNorm = outcome.violation
    fit.report.converged = outcome.violation <= parameters.tolerance
    return fit
  }
}
