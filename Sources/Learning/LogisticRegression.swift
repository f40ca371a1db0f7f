public import LinAlg

/// Logistic regression with an L2 or elastic net penalty, fitted to its optimum.
///
/// Minimises Σᵢ cᵢ·log(1 + exp(−ỹᵢzᵢ)) + ½·l2·‖w‖² + l1·‖w‖₁ over the weights w and the intercept b, where ỹᵢ is ±1,
/// zᵢ = Σⱼ wⱼ·(xᵢⱼ − meanⱼ)/scaleⱼ + b, and cᵢ is the sample weight times the class weight. The intercept is not
/// penalised. It is the objective of scikit-learn's `LogisticRegression(C=1/l2)` on standardised features.
///
/// With l2 > 0 the optimum is unique, whatever the data: separable labels, constant, repeated or more features than
/// rows. With l2 = 0 it may not exist (separable labels: the weights grow until the gradient is under the tolerance or
/// iterations run out) or not be unique (repeated features: one of the optima is found).
///
/// Memory beyond the data: a few blocks of rows a thread and, in `newton` and `nested`, 8 Hessians of (d + 1)² float64
/// numbers (up to 64 of them where these are small); in `newton-cg` and `lbfgs`, some 5 numbers a row and 128 a feature.
public struct LogisticRegression: Sendable {
  /// What to fit and how.
  public struct Parameters: Sendable, Equatable, Codable {
    /// The strength of the penalty ½·l2·‖w‖²; 1/C in scikit-learn's terms. At least 0.
    public var l2: Double
    /// The strength of the penalty l1·‖w‖₁, which makes weights exactly zero. At least 0.
    public var l1: Double
    /// How the labels weigh against each other.
    public var classWeight: ClassWeight
    /// Converged is where the largest absolute gradient entry, divided by Σ cᵢ, is at most this; with l1 > 0, the
    /// subgradient's of least norm.
    public var tolerance: Double
    /// The most steps taken on the whole data. 0 evaluates the start.
    public var maxIterations: Int
    /// Which solver runs.
    public var solver: Solver
    /// On how many threads. The result is the same bytes for any number.
    public var threads: Int

    /// Parameters; those left out have their defaults.
    public init(
      l2: Double = 1, l1: Double = 0, classWeight: ClassWeight = .none, tolerance: Double = 1e-9,
      maxIterations: Int = 100, solver: Solver = .auto, threads: Int = Parallel.availableCores
    ) {
      self.l2 = l2
      self.l1 = l1
      self.classWeight = classWeight
      self.tolerance = tolerance
      self.maxIterations = maxIterations
      self.solver = solver
      self.threads = threads
    }
  }

  /// How to come to the optimum; where it lies does not depend on it.
  public enum Solver: String, Sendable, Codable, CaseIterable {
    /// `newton-cg` above 2,000 features; else `nested` where there are rows enough for it, else `newton`.
    case auto
    /// Newton's method with a Hessian of all rows in each step.
    case newton
    /// Newton's method on small samples, then preconditioned gradients of all rows; `newton` where there are too few
    /// rows for samples.
    case nested
    /// Newton's method with directions from conjugate gradients: the Hessian is multiplied with, never stored.
    case newtonCG = "newton-cg"
    /// L-BFGS with the Hessian's diagonal as metric.
    case lbfgs
    /// Proximal Newton with a kept metric; what `auto` is with an L1 penalty, which the others don't take.
    case proximal
  }

  /// What is fitted and how.
  public let parameters: Parameters

  /// A fit with the given parameters.
  ///
  /// - Precondition: l2 and l1 are finite and at least 0, the solver is `auto` or `proximal` where l1 > 0, the tolerance
  ///   above 0, `maxIterations >= 0`, `threads >= 1`.
  public init(_ parameters: Parameters = Parameters()) {
    precondition(parameters.l2 >= 0 && parameters.l2.isFinite, "l2 of \(parameters.l2)")
    precondition(parameters.l1 >= 0 && parameters.l1.isFinite, "l1 of \(parameters.l1)")
    precondition(
      parameters.l1 == 0 || parameters.solver == .auto || parameters.solver == .proximal,
      "l1 of \(parameters.l1) with the solver \(parameters.solver)")
    precondition(parameters.tolerance > 0, "a tolerance of \(parameters.tolerance)")
    precondition(parameters.maxIterations >= 0, "\(parameters.maxIterations) iterations")
    precondition(parameters.threads >= 1, "\(parameters.threads) threads")
    self.parameters = parameters
  }

  /// Fits the coefficients of the scaled features.
  ///
  /// A fit that stops short of the tolerance returns what it has, with `report.converged` false.
  ///
  /// - Parameters:
  ///   - data: The raw rows.
  ///   - scaler: How to scale them; usually `StandardScaler.fit(data)`.
  ///   - warmStart: Where to start; zeros by default.
  ///   - progress: Called after each iteration, on the calling thread.
  /// - Throws: `LearningError`: `nonFinite`, `invalidLabel`, `invalidWeight`, `empty`, `noWeight`, `oneClassOnly`;
  ///   `unfitStart` where scaler or warm start don't fit the data; `overflow`.
  /// - Complexity: O(nd) a gradient pass, O(nd²) a Hessian pass, O(d³) a step.
  public func fit(
    _ data: TrainingData, scaler: StandardScaler, warmStart: Coefficients? = nil,
    progress: ((IterationReport) -> Void)? = nil
  ) throws -> Fit {
    let clock = ContinuousClock()
    let began = clock.now
    let objective = try makeObjective(data, scaler)
    let point = try startingPoint(warmStart, columns: data.columns)
    var fit = try solve(Run(objective, parameters, progress), from: point, isWarm: warmStart != nil)
    let seconds = (clock.now - began) / .seconds(1)
    fit.report.seconds = seconds
    return fit
  }

  /// The objective that these parameters make of the rows.
  ///
  /// - Throws: `LearningError` for labels, weights and scalers that won't do; features are not looked at.
  func makeObjective(_ data: TrainingData, _ scaler: StandardScaler) throws -> Objective {
    try check(scaler, for: data)
    let sums = try data.weightSums()
    for label in 0...1 where sums.rows[1 - label] == 0 {
      throw LearningError.oneClassOnly(label: UInt8(label), rows: sums.rows[label])
    }
    let isBalanced = parameters.classWeight == .balanced
    return Objective(
      data: data, scaler: scaler, l2: parameters.l2,
      classWeights: isBalanced ? (sums.total / (2 * sums.weights[0]), sums.total / (2 * sums.weights[1])) : (1, 1),
      totalWeight: sums.total, threads: parameters.threads)
  }

  /// - Throws: `LearningError.unfitStart` for a scaler that won't do.
  func check(_ scaler: StandardScaler, for data: TrainingData) throws(LearningError) {
    guard scaler.mean.count == data.columns, scaler.scale.count == data.columns else {
      throw .unfitStart("the scaler is for \(scaler.mean.count) features, the data has \(data.columns)")
    }
    for j in 0..<data.columns where !(scaler.mean[j].isFinite && scaler.scale[j].isFinite && scaler.scale[j] > 0) {
      throw .unfitStart(
        "the scaler's mean \(scaler.mean[j]) or scale \(scaler.scale[j]) of feature \(j) is not a usable number")
    }
  }

  /// Zeros, or where the warm start has its weights and, last, its intercept.
  ///
  /// - Throws: `LearningError.unfitStart`.
  func startingPoint(_ warmStart: Coefficients?, columns: Int) throws(LearningError) -> [Double] {
    let start = warmStart ?? .zeros(columns)
    let point = start.weights + [start.intercept]
    guard start.weights.count == columns, point.allSatisfy(\.isFinite) else {
      throw .unfitStart(
        "the warm start has \(start.weights.count) weights for \(columns) features, or one that is not finite")
    }
    return point
  }
}
