/// What a logging policy did in each round, and what another policy would have done there.
///
/// A round is one place on one slate: the policy chose an action (a proposition) with a known probability, and a reward
/// came of it or not.
public struct OffPolicyLog: Sendable {
  /// What came of the logged action: 0 or 1 for a click, or any finite number.
  public let rewards: [Double]
  /// The probability with which the logging policy took the logged action, 0 < p ≤ 1.
  public let propensities: [Double]
  /// The probability with which the policy to evaluate takes the logged action, 0…1.
  public let targets: [Double]
  /// A model of the rewards, for the direct method, doubly robust and switch estimates; nil without one.
  public let rewardModel: RewardModel?

  /// What a model of the rewards expects in each round.
  public struct RewardModel: Sendable {
    /// Of the logged action, q(x, a).
    public let logged: [Double]
    /// Of the policy to evaluate, Σₐ π(a|x) q(x, a) / Σₐ π(a|x).
    public let target: [Double]

    /// Takes what is expected in each round.
    public init(logged: [Double], target: [Double]) {
      self.logged = logged
      self.target = target
    }
  }

  /// Checks the rounds and takes them.
  ///
  /// - Throws: `MetricError.countMismatch` for arrays of different lengths; `MetricError.propensityInvalid` for a
  ///   propensity outside 0 < p ≤ 1 or a target outside 0…1; `MetricError.scoreNotFinite` for a reward, or an expected
  ///   one, that is not finite.
  public init(
    rewards: [Double], propensities: [Double], targets: [Double], rewardModel: RewardModel? = nil
  ) throws(MetricError) {
    try checkCount("propensities", propensities.count, rows: rewards.count)
    try checkCount("targets", targets.count, rows: rewards.count)
    let threads = threadCount(nil)
    try checkScores(rewards, threads: threads)
    if let row = propensities.firstIndex(where: { !($0 > 0 && $0 <= 1) }) {
      throw .propensityInvalid(array: "propensities", row: row, value: propensities[row])
    }
    if let row = targets.firstIndex(where: { !($0 >= 0 && $0 <= 1) }) {
      throw .propensityInvalid(array: "targets", row: row, value: targets[row])
    }
    if let rewardModel {
      try checkCount("expected rewards", rewardModel.logged.count, rows: rewards.count)
      try checkCount("expected rewards of the policy", rewardModel.target.count, rows: rewards.count)
      try checkScores(rewardModel.logged, threads: threads)
      try checkScores(rewardModel.target, threads: threads)
    }
    self.rewards = rewards
    self.propensities = propensities
    self.targets = targets
    self.rewardModel = rewardModel
  }

  /// The number of rounds.
  public var count: Int { rewards.count }

  /// The importance weight of a round, π(a|x) / p, cut off at `clip`.
  @inline(__always) func weight(_ round: Int, clip: Double) -> Double {
    min(clip, targets[round] / propensities[round])
  }
}
