public import Events
public import Experiments

/// What the log says about an experiment.
public struct ExperimentResult: Sendable {
  public struct Variant: Sendable {
    public let name: String
    /// The share of the buckets that the file gives it.
    public let share: Double
    /// Users who were in this variant alone.
    public let users: Int
    /// What they did.
    public let sums: UserSums
    public let traffic: VariantTraffic
  }

  /// One day of the metric that decides.
  public struct Day: Sendable {
    /// Its midnight in UTC.
    public let date: Timestamp
    /// By variant, of this day alone; nil where there is none yet.
    public let values: [ArmEstimate?]
    /// By treatment, in the order of the comparisons' variants: this day alone, and everything up to its end with the
    /// half width of the confidence sequence.
    public let ofDay: [Difference?]
    public let upToNow: [(difference: Difference, halfWidth: Double)?]
  }

  public let experiment: Experiment
  public let control: Int
  /// The other variants.
  public let treatments: [Int]
  public let variants: [Variant]
  public let counts: ExposureCounts
  public let start: Timestamp
  public let lastRequest: Timestamp
  public let sampleRatio: SampleRatio
  /// Users with a history before the start.
  public let usersWithHistory: Int
  /// In the order asked for; the first one decides.
  public let metrics: [MetricAnalysis]
  public let guardrails: [GuardrailAnalysis]
  public let days: [Day]
  /// Whether the log reaches the planned end: then the p-value of one look decides.
  public let isFinal: Bool
  public let verdict: Verdict
}

extension ExperimentResult {
  /// Draws the conclusions from a log that was read to its end; nothing may be added to it any more.
  ///
  /// - Throws: ``ExposureLogError`` where no request of the experiment came.
  public init(_ log: ExposureLog) throws {
    log.finish()
    guard let first = log.firstRequest, let last = log.lastRequest, let start = log.start else {
      throw ExposureLogError(
        "no request of experiment \(log.experiment.name) among \(log.counts.events) events"
          + (log.counts.outsidePeriod > 0 ? " in the period (\(log.counts.outsidePeriod) outside of it)" : "")
          + "; expected served events with \"experiment\":\"\(log.experiment.name)\": is this the log, and the period?")
    }
    experiment = log.experiment
    counts = log.counts
    let control = experiment.controlIndex
    self.control = control
    let treatments = log.experiment.variants.indices.filter {
      $0 != control && log.experiment.variants[$0].weight > 0
    }
    self.treatments = treatments
    self.start = Timestamp(microseconds: min(start, first))
    lastRequest = Timestamp(microseconds: last)
    isFinal = log.reachesPlannedEnd

    variants = Self.variants(log)
    usersWithHistory = log.users.count { $0.exposure != .none && $0.before.requests > 0 }
    sampleRatio = SampleRatio(users: variants.map(\.users), shares: variants.map(\.share))
    let metrics = log.metrics.enumerated().map { index, planned in
      MetricAnalysis(
        planned.metric, target: planned.target, looks: log.looks.map { $0.moments[index] }, control: control,
        alpha: Verdict.alpha)
    }
    self.metrics = metrics
    let all = log.allMetrics
    guardrails = experiment.plan.guardrails.flatMap { guardrail in
      let index = all.firstIndex(of: guardrail.metric) ?? 0
      let estimates = ArmEstimates(log.looks[log.looks.count - 1].moments[index])
      return treatments.map {
        GuardrailAnalysis(
          guardrail, estimates: estimates, variant: $0, control: control,
          alpha: Verdict.alpha / Double(treatments.count), isFinal: log.reachesPlannedEnd)
      }
    }
    days = log.looks.map { Day($0, treatments: treatments, control: control, target: metrics[0].target) }
    verdict = Verdict(
      primary: metrics[0], guardrails: guardrails, sampleRatio: sampleRatio, names: experiment.variants.map(\.name),
      control: control, days: log.looks.map { Double($0.day + 1 - start / Timestamp.day) }, isFinal: isFinal)
  }

  private static func variants(_ log: ExposureLog) -> [Variant] {
    var sums = log.experiment.variants.map { _ in UserSums() }
    var users = log.experiment.variants.map { _ in 0 }
    for user in log.users {
      guard case .variant(let index) = user.exposure else { continue }
      sums[index] += user.sums
      users[index] += 1
    }
    var begin = 0
    return log.experiment.bucketEnds.enumerated().map { index, end in
      defer { begin = end }
      return Variant(
        name: log.experiment.variants[index].name, share: Double(end - begin) / Double(bucketCount),
        users: users[index], sums: sums[index], traffic: log.traffic[index])
    }
  }
}

extension ExperimentResult.Day {
  init(_ look: DailyLook, treatments: [Int], control: Int, target: Double) {
    date = Timestamp(microseconds: look.day * Timestamp.day)
    let values = ArmEstimates(look.ofDay).plain
    self.values = values
    ofDay = treatments.map { variant in
      guard let base = values[control], let arm = values[variant] else { return nil }
      return Difference(of: arm, against: base)
    }
    let total = ArmEstimates(look.moments[0]).best
    upToNow = treatments.map { variant in
      guard let base = total[control], let arm = total[variant] else { return nil }
      let half =
        base.value == 0
        ? .infinity
        : MixtureTest(scale: target * abs(base.value)).halfWidth(
          variance: base.variance + arm.variance, alpha: Verdict.alpha / Double(treatments.count))
      return (Difference(of: arm, against: base), half)
    }
  }
}
