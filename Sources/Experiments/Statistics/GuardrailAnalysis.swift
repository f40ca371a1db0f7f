/// Whether a treatment keeps a guardrail: a test of non-inferiority.
public struct GuardrailAnalysis: Sendable {
  public enum State: String, Sendable {
    /// Harm beyond the limit is excluded.
    case held
    /// Harm beyond the limit is shown.
    case broken
    /// Neither yet.
    case open
  }

  public let guardrail: ExperimentPlan.Guardrail
  /// The treatment, as an index of the variants.
  public let variant: Int
  public let state: State
  /// The change for the worse, in the metric's units; below 0 it is one for the better.
  public let harm: Double?
  /// The most that is allowed, in the same units.
  public let limit: Double?

  /// Looks at c = ±(b − a) + limit with b of the treatment and a of the control, + where more is better; a relative
  /// limit is m·|a|, and then the variance of c is var(b) + (m ∓ 1)²·var(a). Held when the interval of c is above 0.
  ///
  /// - Parameter isFinal: the planned end is reached: the interval of one look, else the confidence sequence.
  public init(
    _ guardrail: ExperimentPlan.Guardrail, estimates: ArmEstimates, variant: Int, control: Int, alpha: Double,
    isFinal: Bool
  ) {
    self.guardrail = guardrail
    self.variant = variant
    guard let base = estimates.best[control], let arm = estimates.best[variant] else {
      (state, harm, limit) = (.open, nil, nil)
      return
    }
    let sign = guardrail.metric.sign
    let change = sign * (arm.value - base.value)
    let share = guardrail.scale == .relative ? guardrail.maxHarm * (base.value < 0 ? -1 : 1) : 0
    let limit = guardrail.scale == .relative ? share * base.value : guardrail.maxHarm
    (harm, self.limit) = (-change, limit)
    let variance = arm.variance + (share - sign) * (share - sign) * base.variance
    guard limit > 0, variance > 0 else {
      state = change < 0 ? .open : .held
      return
    }
    let half =
      isFinal
      ? -normalQuantile(alpha / 2) * variance.squareRoot()
      : MixtureTest(scale: limit).halfWidth(variance: variance, alpha: alpha)
    let margin = change + limit
    let isEnough = isFinal || min(base.users, arm.users) >= MetricAnalysis.fewestUsers
    state = !isEnough ? .open : margin - half > 0 ? .held : margin + half < 0 ? .broken : .open
  }
}
