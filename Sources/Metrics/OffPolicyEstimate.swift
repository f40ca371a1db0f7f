/// An estimate of the mean reward that a policy would have had, from the log of another one.
///
/// With the importance weight w = π(a|x) / p of a round, r its reward and q the reward model:
///
///     dm          mean of q(x, π)
///     ips         mean of w r
///     snips       Σ w r / Σ w
///     dr          mean of q(x, π) + w (r − q(x, a))
///     switch_dr   as dr where w ≤ τ, as dm where it is larger
///
/// where q(x, π) is the model's mean over the policy's actions. Weights are cut off at the clip for ips, snips and dr:
/// less variance, for some bias towards what is not counted. Without clipping ips and dr are unbiased if the logging
/// policy takes every action that π takes.
public enum OffPolicyEstimator: String, CaseIterable, Sendable {
  /// The reward model alone.
  case dm
  /// Inverse propensity scoring (Horvitz & Thompson 1952; Strehl et al. 2010).
  case ips
  /// The same, self-normalised (Swaminathan & Joachims 2015): bounded by the rewards, and blind to a constant added to
  /// them.
  case snips
  /// Doubly robust (Dudík, Langford & Li 2011): right if the propensities or the reward model are.
  case dr
  /// Switch doubly robust (Wang, Agarwal & Dudík 2017).
  case switchDR = "switch_dr"
}

/// Off-policy estimates of one log, with what to know before believing them.
public struct OffPolicyEstimates: Sendable {
  /// The mean reward of the policy that logged, with its interval.
  public let logged: BootstrapDistribution
  /// By estimator; dm, dr and switch_dr only with a reward model, snips only if any weight is above 0.
  public let estimates: [(estimator: OffPolicyEstimator, distribution: BootstrapDistribution)]
  /// The effective sample size, (Σ w)² / Σ w², of the clipped weights (Kish 1965): as many rounds of the policy itself
  /// would be about as good.
  public let effectiveSampleSize: Double
  /// The mean weight before clipping: near 1 if propensities and targets fit together and the log has support.
  public let meanWeight: Double
  /// The largest weight before clipping.
  public let largestWeight: Double
  /// How many rounds are clipped.
  public let clipped: Int
  /// How many rounds the policy to evaluate would never have made: weight 0.
  public let unmatched: Int
  /// The number of rounds.
  public let rounds: Int

  /// Why not to trust the numbers, in words; empty if nothing speaks against them.
  public var warnings: [String] {
    var warnings: [String] = []
    if effectiveSampleSize < 100 {
      warnings.append(
        "the effective sample size is \(Int(effectiveSampleSize)): the estimates hang on few rounds; "
          + "log more exploration, or evaluate a policy nearer to the one that logged")
    }
    // Under full support the mean weight is 1 within its own error, whatever the rewards are.
    let spread = (meanWeight * largestWeight / Double(max(1, rounds))).squareRoot()
    if abs(meanWeight - 1) > max(0.05, 3 * spread) {
      warnings.append(
        "the mean weight is \(meanWeight), expected about 1: the log lacks actions that the policy takes, or "
          + "propensities are not those of the log; prefer snips to ips")
    }
    if clipped > 0 {
      warnings.append("\(clipped) of \(rounds) weights are clipped: the estimates are biased towards smaller rewards")
    }
    return warnings
  }
}

extension RequestBootstrap {
  /// Estimates what a policy would have earned, with bootstrap intervals that draw units.
  ///
  /// - Parameters:
  ///   - log: the rounds, in the order of these groups' rows.
  ///   - clip: the largest weight, above 0; infinite for no clipping.
  ///   - switchAt: τ, the largest weight that switch_dr corrects by, 0 or more; infinite makes it dr without clipping.
  /// - Returns: nil if there is no round.
  /// - Throws: `MetricError.countMismatch` unless the log has as many rounds as the groups have rows.
  /// - Complexity: O(n + units·R) for R replicates.
  public func offPolicyEstimates(
    of log: OffPolicyLog, clip: Double = .infinity, switchAt: Double = .infinity
  ) throws(MetricError) -> OffPolicyEstimates? {
    precondition(clip > 0 && switchAt >= 0, "clip \(clip), switch \(switchAt); expected above 0, and 0 or more")
    try checkCount("the log", log.count, rows: groups.rows)
    guard log.count > 0 else { return nil }
    var names: [OffPolicyEstimator] = [.ips, .snips]
    if log.rewardModel != nil { names += [.dm, .dr, .switchDR] }
    // Columns: rounds, rewards, weights, then the terms of each estimator.
    var columns = [[Double]](repeating: [Double](repeating: 0, count: units), count: 3 + names.count)
    var squares = 0.0
    var raw = (sum: 0.0, largest: 0.0, clipped: 0, unmatched: 0)
    for request in 0..<groups.count {
      let unit = rowUnits.of(request: request)
      for round in groups[request] {
        let unclipped = log.weight(round, clip: .infinity)
        let weight = min(clip, unclipped)
        let reward = log.rewards[round]
        raw.sum += unclipped
        raw.largest = max(raw.largest, unclipped)
        raw.clipped += unclipped > clip ? 1 : 0
        raw.unmatched += unclipped == 0 ? 1 : 0
        squares += weight * weight
        columns[0][unit] += 1
        columns[1][unit] += reward
        columns[2][unit] += weight
        columns[3][unit] += weight * reward
        columns[4][unit] += weight * reward
        if let model = log.rewardModel {
          let (logged, target) = (model.logged[round], model.target[round])
          columns[5][unit] += target
          columns[6][unit] += target + weight * (reward - logged)
          columns[7][unit] += target + (unclipped <= switchAt ? unclipped * (reward - logged) : 0)
        }
      }
    }
    let totals = columns.map { $0.reduce(0, +) }
    var ratios: [(numerator: Int, denominator: Int)] = [(1, 0)]
    for index in names.indices { ratios.append((3 + index, names[index] == .snips ? 2 : 0)) }
    let replicates = ratioReplicates(ratios, of: columns)
    let distributions = zip(ratios, replicates).map { ratio, replicates in
      distribution(totals[ratio.numerator] / totals[ratio.denominator], replicates)
    }
    return OffPolicyEstimates(
      logged: distributions[0],
      estimates: zip(names, distributions.dropFirst()).filter { !$1.value.isNaN }.map { ($0, $1) },
      effectiveSampleSize: squares > 0 ? totals[2] * totals[2] / squares : 0,
      meanWeight: raw.sum / Double(log.count), largestWeight: raw.largest, clipped: raw.clipped,
      unmatched: raw.unmatched, rounds: log.count)
  }
}
