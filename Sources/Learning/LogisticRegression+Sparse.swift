internal import LinAlg

extension LogisticRegression {
  /// Fits the coefficients of sparse features, each divided by its scale; features are not centred, since that would
  /// fill every zero.
  ///
  /// The objective is the one above with means of 0, also where `intercept` is false: then the intercept is 0. Features
  /// without an entry have coefficient 0 (with l2 = 0, where any value does, too). `parameters.solver` is `auto` or
  /// `newtonCG`. A fit that stops short of the tolerance returns what it has, with `report.converged` false.
  ///
  /// In the report, a Hessian pass is one product with the Hessian: it reads the data twice, as a gradient pass does.
  ///
  /// - Parameters:
  ///   - data: The raw rows.
  ///   - scale: What each feature is divided by, d numbers above 0; 1 everywhere without.
  ///   - intercept: Whether the model has an intercept.
  ///   - warmStart: Where to start, of scaled features; zeros by default.
  ///   - progress: Called after each step, on the calling thread.
  /// - Throws: `LearningError`: `invalidLabel`, `invalidWeight`, `empty`, `noWeight`, `oneClassOnly`; `unfitStart` where
  ///   scale or warm start don't fit the data; `overflow`.
  /// - Precondition: The solver is `auto` or `newtonCG`.
  /// - Complexity: O(entries + n + d) a pass.
  public func fit(
    _ data: SparseTrainingData, scale: [Double]? = nil, intercept: Bool = true, warmStart: Coefficients? = nil,
    progress: ((IterationReport) -> Void)? = nil
  ) throws -> Fit {
    precondition([.auto, .newtonCG].contains(parameters.solver), "\(parameters.solver) cannot fit sparse rows")
    let clock = ContinuousClock()
    let began = clock.now
    let objective = try makeObjective(data, scale: scale, intercept: intercept)
    let start = try startingPoint(warmStart, of: objective, columns: data.columns, intercept: intercept)
    var solver = NewtonCGSolver(
      objective, tolerance: parameters.tolerance, maxIterations: parameters.maxIterations, progress: progress)
    let (point, report) = try solver.solve(from: start)
    var fit = Fit(coefficients: .zeros(data.columns), report: report)
    for (number, feature) in objective.features.enumerated() {
      fit.coefficients.weights[Int(feature)] = point[number]
    }
    fit.coefficients.intercept = intercept ? point[objective.features.count] : 0
    fit.report.seconds = (clock.now - began) / .seconds(1)
    return fit
  }

  /// The objective that these parameters make of sparse rows.
  ///
  /// - Throws: `LearningError` for labels, weights and scales that won't do.
  func makeObjective(_ data: SparseTrainingData, scale: [Double]?, intercept: Bool) throws(LearningError)
    -> SparseObjective
  {
    let scale = scale ?? [Double](repeating: 1, count: data.columns)
    guard scale.count == data.columns else {
      throw .unfitStart("there are \(scale.count) scales for \(data.columns) features")
    }
    if let bad = scale.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
      throw .unfitStart("the scale \(scale[bad]) of feature \(bad) is not a usable number")
    }
    let sums = try data.labelWeights()
    let total = sums.0 + sums.1
    let isBalanced = parameters.classWeight == .balanced
    return SparseObjective(
      data, scale: scale, l2: parameters.l2,
      classWeights: isBalanced ? (total / (2 * sums.0), total / (2 * sums.1)) : (1, 1), totalWeight: total,
      intercept: intercept, threads: parameters.threads)
  }

  private func startingPoint(
    _ warmStart: Coefficients?, of objective: SparseObjective, columns: Int, intercept: Bool
  ) throws(LearningError) -> [Double] {
    guard let warmStart else { return [Double](repeating: 0, count: objective.order) }
    guard warmStart.weights.count == columns, warmStart.intercept.isFinite,
      warmStart.weights.allSatisfy(\.isFinite)
    else {
      throw .unfitStart(
        "the warm start has \(warmStart.weights.count) weights for \(columns) features, or one that is not finite")
    }
    return objective.features.map { warmStart.weights[Int($0)] } + (intercept ? [warmStart.intercept] : [])
  }
}

extension SparseTrainingData {
  /// What `--scaling max-abs` divides each feature by: its largest absolute value, or 1 where it has none. It keeps
  /// zeros zero, and leaves features of 0 and 1 as they are. As scikit-learn's `MaxAbsScaler`.
  ///
  /// - Complexity: O(entries + d).
  public func maxAbsScale() -> [Double] { features.largestMagnitudes().map { $0 > 0 ? Double($0) : 1 } }
}
