/// How a fit went.
public struct FitReport: Sendable, Equatable, Codable {
  /// The solver that ran: `newton` or `nested`.
  public var solver: String
  /// Steps taken on the whole data.
  public var iterations: Int
  /// How many times all rows were read for the objective and its gradient, counted as whole passes and rounded up.
  public var gradientPasses: Int
  /// How many Hessians of all rows were computed.
  public var hessianPasses: Int
  /// The objective at the coefficients returned: Σᵢ wᵢ·lossᵢ + ½·l2·‖weights‖².
  public var objective: Double
  /// The largest absolute entry of the objective's gradient at the coefficients returned, divided by Σ wᵢ (n where no
  /// weights are given).
  public var gradientNorm: Double
  /// Whether `gradientNorm` came under the tolerance.
  public var converged: Bool
  /// Why the solver stopped, in words.
  public var stopReason: String
  /// Wall-clock time of the fit, in seconds.
  public var seconds: Double

  /// A report of the given parts.
  public init(
    solver: String, iterations: Int, gradientPasses: Int, hessianPasses: Int, objective: Double,
    gradientNorm: Double, converged: Bool, stopReason: String, seconds: Double
  ) {
    self.solver = solver
    self.iterations = iterations
    self.gradientPasses = gradientPasses
    self.hessianPasses = hessianPasses
    self.objective = objective
    self.gradientNorm = gradientNorm
    self.converged = converged
    self.stopReason = stopReason
    self.seconds = seconds
  }
}

/// Where a fit stands after an iteration.
public struct IterationReport: Sendable, Equatable {
  /// Counted from 1; 0 is the start.
  public var iteration: Int
  /// The rows that this iteration read: n, or fewer while a solver warms up on a part of the rows.
  public var rows: Int
  /// The objective (of the rows read, scaled to n).
  public var objective: Double
  /// The largest absolute gradient entry divided by Σ wᵢ.
  public var gradientNorm: Double
  /// How much of the proposed step was taken.
  public var stepSize: Double

  /// A report of the given parts.
  public init(iteration: Int, rows: Int, objective: Double, gradientNorm: Double, stepSize: Double) {
    self.iteration = iteration
    self.rows = rows
    self.objective = objective
    self.gradientNorm = gradientNorm
    self.stepSize = stepSize
  }
}

/// A fitted model and how it came about.
public struct Fit: Sendable, Equatable {
  /// The model, of the scaled features.
  public var coefficients: Coefficients
  /// How the fit went; look at `converged`.
  public var report: FitReport

  /// A model with its report.
  public init(coefficients: Coefficients, report: FitReport) {
    self.coefficients = coefficients
    self.report = report
  }
}
