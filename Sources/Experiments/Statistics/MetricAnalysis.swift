/// One metric over all looks at the data: the variants and each treatment against the control.
public struct MetricAnalysis: Sendable {
  public struct Comparison: Sendable {
    /// The treatment, as an index of the variants.
    public let variant: Int
    /// From the experiment alone.
    public let plain: Difference
    /// Corrected by the users' past where there is one; what conclusions are drawn from.
    public let best: Difference
    /// Of one look at the end, adjusted for several treatments (Holm).
    public let fixedPValue: Double
    /// Valid at every look: the smallest so far, adjusted for several treatments (Holm).
    public let sequentialPValue: Double
    /// The confidence sequence at the last look, all treatments together at the level.
    public let sequentialLow: Double
    public let sequentialHigh: Double
  }

  public let metric: ExperimentMetric
  /// The relative change that the experiment is to find.
  public let target: Double
  public let estimates: ArmEstimates
  /// A treatment is missing where it or the control has no estimate yet.
  public let comparisons: [Comparison]
  /// Over the variants with an estimate; nil with less than two, or where nothing varies.
  public let best: (variants: [Int], posterior: BestVariant)?
  /// At each look, 1/V of the treatment that knows least; 0 where there is no estimate.
  let information: [Double]
  /// Of one comparison among all.
  let comparisonAlpha: Double

  /// Looks with fewer users than this in a variant are passed over by the sequential test: no normal approximation.
  public static let fewestUsers = 30

  /// - Parameter looks: moments by look and variant; the last look is what is reported.
  public init(
    _ metric: ExperimentMetric, target: Double, looks: [[UserMoments]], control: Int, alpha: Double = 0.05
  ) {
    precondition(!looks.isEmpty && looks.allSatisfy { $0.count == looks[0].count }, "looks of unequal variants")
    self.metric = metric
    self.target = target
    let treatments = looks[0].indices.filter { $0 != control }
    comparisonAlpha = alpha / Double(max(1, treatments.count))
    var pValues = [Double](repeating: 1, count: treatments.count)
    var information: [Double] = []
    var estimates = ArmEstimates(looks[0])
    for look in looks {
      estimates = ArmEstimates(look)
      var least = Double.infinity
      for (place, variant) in treatments.enumerated() {
        guard let base = estimates.best[control], let arm = estimates.best[variant] else {
          least = 0
          continue
        }
        let variance = base.variance + arm.variance
        least = min(least, variance > 0 ? 1 / variance : 0)
        guard min(base.users, arm.users) >= Self.fewestUsers, base.value != 0 else { continue }
        let p = MixtureTest(scale: target * abs(base.value)).pValue(
          difference: arm.value - base.value, variance: variance)
        pValues[place] = min(pValues[place], p)
      }
      information.append(least == .infinity ? 0 : least)
    }
    self.information = information
    self.estimates = estimates
    (comparisons, best) = (
      Self.compare(
        estimates, treatments, control: control, target: target, sequential: holmAdjusted(pValues),
        alpha: comparisonAlpha),
      Self.rank(estimates.best, metric)
    )
  }

  private static func compare(
    _ estimates: ArmEstimates, _ treatments: [Int], control: Int, target: Double, sequential: [Double], alpha: Double
  ) -> [Comparison] {
    let differences = treatments.map { variant -> (plain: Difference, best: Difference, variance: Double)? in
      guard let base = estimates.best[control], let arm = estimates.best[variant],
        let plainBase = estimates.plain[control], let plainArm = estimates.plain[variant]
      else { return nil }
      return (
        Difference(of: plainArm, against: plainBase), Difference(of: arm, against: base), base.variance + arm.variance
      )
    }
    let fixed = holmAdjusted(differences.map { $0?.best.pValue ?? 1 })
    return treatments.indices.compactMap { place in
      guard let (plain, best, variance) = differences[place], let base = estimates.best[control] else { return nil }
      let half =
        base.value == 0
        ? .infinity
        : MixtureTest(scale: target * abs(base.value)).halfWidth(variance: variance, alpha: alpha)
      return Comparison(
        variant: treatments[place], plain: plain, best: best, fixedPValue: fixed[place],
        sequentialPValue: sequential[place], sequentialLow: best.value - half, sequentialHigh: best.value + half)
    }
  }

  private static func rank(_ arms: [ArmEstimate?], _ metric: ExperimentMetric) -> ([Int], BestVariant)? {
    let known = arms.indices.filter { (arms[$0]?.variance ?? 0) > 0 }
    guard known.count > 1 else { return nil }
    return (known, BestVariant(known.compactMap { arms[$0] }, lowerIsBetter: metric.lowerIsBetter))
  }
}
