/// Fits at a sequence of penalties, each begun where the one before ended.
public struct PenaltyPath: Sendable, Equatable {
  /// One fit.
  public struct Point: Sendable, Equatable {
    /// What was fitted for.
    public var penalty: Penalty
    /// The model, of the scaled features.
    public var coefficients: Coefficients
    /// Weights that are not zero.
    public var nonZeros: Int
    /// Σ cᵢ·lossᵢ + ½·l2·‖w‖² + l1·‖w‖₁.
    public var objective: Double
    /// 1 − Σ cᵢ·lossᵢ / the same for the best intercept alone: the share of the deviance that the model explains.
    public var devianceExplained: Double
    /// The largest entry of the subgradient of least norm, divided by Σ cᵢ.
    public var violation: Double
    /// Whether that came under the tolerance.
    public var converged: Bool
  }

  /// In the order of the penalties.
  public var points: [Point]
  /// How many times all rows were read for a gradient, rounded up.
  public var gradientPasses: Int
  /// How many Hessians of all rows were computed, rounded up.
  public var hessianPasses: Int
  /// Wall-clock time, in seconds.
  public var seconds: Double
}
