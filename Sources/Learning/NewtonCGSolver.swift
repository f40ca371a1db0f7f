/// Newton's method with directions from conjugate gradients: no Hessian is ever stored, only multiplied with.
///
/// A step solves ∇²f·s = −∇f by conjugate gradients, preconditioned with the Hessian's diagonal, only as exactly as it
/// pays: loosely while the gradient is large, ever tighter as it falls. It is followed by a line search along the
/// scores, z + size·A·s, for which A is multiplied with only once. Truncated Newton for linear classification as in Lin,
/// Weng & Keerthi ("Trust region Newton method for large-scale logistic regression", 2008); the diagonal as in Hsia,
/// Chiang & Lin ("Preconditioned conjugate gradient methods in truncated Newton frameworks for large-scale linear
/// classification", 2018); the line search as in Galli & Lin ("A study on truncated Newton methods for linear
/// classification", 2022). Forcing terms go back to Dembo, Eisenstat & Steihaug (1982).
struct NewtonCGSolver<Objective: ScoredObjective> {
  /// Where the solver stands.
  private struct State {
    var point: [Double]
    var loss: ScoredLoss
    var objective: Double
    var gradient: [Double]

    var largestGradient: Double { gradient.reduce(0) { max($0, abs($1)) } }
    var isFinite: Bool { objective.isFinite && gradient.allSatisfy(\.isFinite) }
  }

  private let objective: Objective
  private let tolerance: Double
  private let maxIterations: Int
  private let progress: ((IterationReport) -> Void)?
  private var conjugate: ConjugateGradients<Objective>
  private var gradientPasses = 0
  private var iterations = 0

  init(
    _ objective: Objective, tolerance: Double, maxIterations: Int, progress: ((IterationReport) -> Void)?
  ) {
    self.objective = objective
    self.tolerance = tolerance
    self.maxIterations = maxIterations
    self.progress = progress
    conjugate = ConjugateGradients(objective)
  }

  /// Minimises from `start`, or from zeros where that is better.
  ///
  /// - Throws: `LearningError.overflow` where not even zeros have a finite objective and gradient.
  mutating func solve(from start: [Double]) throws -> (point: [Double], report: FitReport) {
    var state = try begin(at: start)
    report(state, size: 1)
    while true {
      if norm(state) <= tolerance { return finish(state, StopReason.tolerance) }
      guard iterations < maxIterations else { return finish(state, StopReason.limit(maxIterations)) }
      iterations += 1
      let step = try conjugate.direction(
        gradient: state.gradient, curvatures: state.loss.curvatures, sufficient: tolerance / norm(state))
      guard let (next, size) = try search(from: state, along: step) else { return finish(state, StopReason.rounding) }
      state = next
      report(state, size: size)
    }
  }

  private mutating func begin(at start: [Double]) throws -> State {
    let zeros = [Double](repeating: 0, count: start.count)
    let atZero = try state(at: zeros)
    guard start != zeros else {
      guard atZero.isFinite else { throw LearningError.overflow("the objective") }
      return atZero
    }
    let given = try state(at: start)
    if given.isFinite, given.objective <= atZero.objective || maxIterations == 0 { return given }
    guard atZero.isFinite else { throw LearningError.overflow("the objective") }
    return atZero
  }

  private mutating func state(at point: [Double]) throws -> State {
    let loss = try objective.loss(at: objective.scores(of: point), plus: 0, times: nil)
    return try state(point, loss, loss.loss + penaltyTerms(point, point))
  }

  private mutating func state(_ point: [Double], _ loss: ScoredLoss, _ value: Double) throws -> State {
    gradientPasses += 1
    var gradient = try objective.gradient(of: loss.residuals)
    for j in gradient.indices { gradient[j] += objective.penalty[j] * point[j] }
    return State(point: point, loss: loss, objective: value, gradient: gradient)
  }

  /// Halves the step until the objective falls by a share of what the slope promises (Armijo) or, where its change
  /// drowns in rounding, the gradient gets smaller; nil where no step does.
  private mutating func search(from state: State, along step: [Double]) throws -> (State, Double)? {
    let scores = try objective.scores(of: step)
    let slope = zip(state.gradient, step).reduce(0) { $0 + $1.0 * $1.1 }
    guard slope < 0 else { return nil }
    let cross = 2 * penaltyTerms(state.point, step)
    let square = penaltyTerms(step, step)
    let atPoint = penaltyTerms(state.point, state.point)
    let rounding = 16 * Double.ulpOfOne * (abs(state.objective) + objective.totalWeight)
    var size = 1.0
    for _ in 0..<40 {
      let loss = try objective.loss(at: state.loss.scores, plus: size, times: scores)
      let value = loss.loss + atPoint + size * cross + size * size * square
      let gain = value - state.objective
      let isArmijo = gain <= 1e-4 * size * slope
      if value.isFinite, isArmijo || abs(gain) <= rounding {
        let point = zip(state.point, step).map { $0 + size * $1 }
        let next = try self.state(point, loss, value)
        if isArmijo || sumOfGradient(next) < sumOfGradient(state) { return (next, size) }
      }
      size /= 2
    }
    return nil
  }

  /// ½·Σ penaltyⱼ·aⱼ·bⱼ.
  private func penaltyTerms(_ a: [Double], _ b: [Double]) -> Double {
    let penalty = objective.penalty
    var sum = 0.0
    for j in penalty.indices { sum += penalty[j] * a[j] * b[j] }
    return 0.5 * sum
  }

  private func sumOfGradient(_ state: State) -> Double { state.gradient.reduce(0) { $0 + abs($1) } }

  private func norm(_ state: State) -> Double { state.largestGradient / objective.totalWeight }

  private func report(_ state: State, size: Double) {
    progress?(
      IterationReport(
        iteration: iterations, rows: state.loss.scores.count, objective: state.objective, gradientNorm: norm(state),
        stepSize: size))
  }

  private func finish(_ state: State, _ stop: String) -> (point: [Double], report: FitReport) {
    let report = FitReport(
      solver: LogisticRegression.Solver.newtonCG.rawValue, iterations: iterations, gradientPasses: gradientPasses,
      hessianPasses: conjugate.products, objective: state.objective, gradientNorm: norm(state),
      converged: norm(state) <= tolerance, stopReason: stop, seconds: 0)
    return (state.point, report)
  }
}
