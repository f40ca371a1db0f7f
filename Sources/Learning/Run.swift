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
