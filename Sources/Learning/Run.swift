internal import LinAlg

/// What solvers share: the problem, the counting of passes, progress and the report.
struct Run {
  let objective: Objective
  let parameters: LogisticRegression.Parameters
  let progress: ((IterationReport) -> Void)?
  private(set) var iterations = 0
  private var gradientRows = 0
  private var hessianRows = 0

  init(
    _ objective: Objective, _ parameters: LogisticRegression.Parameters, _ progress: ((IterationReport) -> Void)?
  ) {
    self.objective = objective
    self.parameters = parameters
    self.progress = progress
  }

  /// The objective at `point`, counted.
  ///
  /// - Throws: What reading the rows, or adding up over processes, throws.
  mutating func evaluate(
    _ point: [Double], _ curvature: Objective.Curvature = .none, over sample: RowSample? = nil
  ) throws -> Objective.Value {
    let rows = sample?.count ?? objective.data.totalRows
    gradientRows += rows
    hessianRows += curvature == .none ? 0 : rows
    return try objective.value(at: point, curvature: curvature, over: sample)
  }

  /// The diagonal of ∇²f at `point`, above 0 everywhere: two passes, counted. Where nothing bends the objective, what a
  /// standardised feature could bend it at most.
  mutating func diagonal(at point: [Double]) throws -> [Double] {
    let scores = DenseScores(objective)
    gradientRows += 2 * objective.data.totalRows
    let loss = try scores.loss(at: try scores.scores(of: point), plus: 0, times: nil)
    return zip(try scores.diagonal(of: loss.curvatures), scores.penalty).map { bend, penalty in
      bend + penalty > 1e-12 * objective.totalWeight ? bend + penalty : 0.25 * objective.totalWeight
    }
  }

  /// Where a fit begins: `start`, or zeros where that is worse than zeros. Far from the optimum all curvatures vanish
  /// and Newton steps lead nowhere, while at zeros they are at their largest.
  ///
  /// - Throws: `LearningError.nonFinite`, and `.overflow` where not even zeros have a finite objective.
  mutating func begin(at start: [Double], _ curvature: Objective.Curvature) throws -> Iterate {
    let value = try evaluate(start, curvature)
    if !value.isFinite, let error = try objective.data.firstNonFinite() { throw error }
    // With no step to be taken, the start itself is asked about.
    let isUseful = value.isFinite && (value.objective <= objective.atZero || parameters.maxIterations == 0)
    if isUseful { return Iterate(point: start, value: value) }
    let zeros = [Double](repeating: 0, count: start.count)
    guard start != zeros else {
      if value.isFinite { return Iterate(point: start, value: value) }
      throw LearningError.overflow("the objective")
    }
    return try begin(at: zeros, curvature)
  }

  /// max |∇fⱼ| / Σ cᵢ.
  func norm(_ value: Objective.Value) -> Double { value.largestGradient / objective.totalWeight }

  /// Whether `value` meets the tolerance.
  func isConverged(_ value: Objective.Value) -> Bool { norm(value) <= parameters.tolerance }

  /// Whether another step may be taken; if so, it is counted.
  mutating func beginIteration() -> Bool {
    guard iterations < parameters.maxIterations else { return false }
    iterations += 1
    return true
  }

  /// Tells the caller where the fit stands.
  func report(_ iterate: Iterate, rows: Int? = nil) {
    progress?(
      IterationReport(
        iteration: iterations, rows: rows ?? objective.data.totalRows, objective: iterate.value.objective,
        gradientNorm: norm(iterate.value), stepSize: iterate.stepSize))
  }

  /// Whether a step past the tolerance is worth its pass: where exact coefficients are asked for and are not there yet.
  ///
  /// In a direction that the penalty alone bends, such as the sum of a category's columns, a gradient just under the
  /// tolerance can leave coefficients without digits. Far under it there is nothing to gain.
  func wantsPolish(_ current: Iterate) -> Bool {
    parameters.tolerance <= 1e-8 && norm(current.value) > 1e-4 * parameters.tolerance
  }

  /// Takes the whole step past the tolerance, if it makes the gradient smaller and iterations are left.
  mutating func polish(_ current: inout Iterate, along direction: [Double]) throws {
    guard beginIteration() else { return }
    var point = current.point
    add(1, direction, to: &point)
    let value = try evaluate(point)
    if value.isFinite, value.largestGradient < current.value.largestGradient {
      current = Iterate(point: point, value: value)
    }
    report(current)
  }

  /// The fit that ends at `iterate`; `seconds` is left 0.
  func finish(_ iterate: Iterate, solver: LogisticRegression.Solver, stop: String) -> Fit {
    let (rows, columns) = (objective.data.totalRows, objective.columns)
    return Fit(
      coefficients: Coefficients(weights: Array(iterate.point[..<columns]), intercept: iterate.point[columns]),
      report: FitReport(
        solver: solver.rawValue, iterations: iterations, gradientPasses: (gradientRows + rows - 1) / rows,
        hessianPasses: (hessianRows + rows - 1) / rows, objective: iterate.value.objective,
        gradientNorm: norm(iterate.value), converged: isConverged(iterate.value), stopReason: stop, seconds: 0))
  }
}

/// Why solvers stop, in words.
enum StopReason {
  static let tolerance = "the gradient is within the tolerance"
  static let rounding = "no step lowers the objective any further in float64"
  static let hessian = "the Hessian is not finite"
  static func limit(_ iterations: Int) -> String { "the limit of \(iterations) iterations was reached" }
}
