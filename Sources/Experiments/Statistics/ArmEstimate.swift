/// The value of a metric in one variant and how sure it is.
public struct ArmEstimate: Equatable, Sendable {
  public var users: Int
  public var value: Double
  /// Of ``value`` as an estimate: the squared standard error, by the delta method over users.
  public var variance: Double

  public init(users: Int, value: Double, variance: Double) {
    self.users = users
    self.value = value
    self.variance = variance
  }
}

/// The estimates of all variants for one metric.
public struct ArmEstimates: Equatable, Sendable {
  /// By variant, from the experiment alone; nil with less than two users or without a denominator.
  public let plain: [ArmEstimate?]
  /// The same corrected by what the users did before (CUPED); nil without a pre-period that says anything.
  public let adjusted: [ArmEstimate?]?
  /// The share of the variance that the correction took away, over all variants.
  public let varianceReduction: Double?

  /// What conclusions are drawn from.
  public var best: [ArmEstimate?] { adjusted ?? plain }

  /// CUPED: z̄ − θ·(x̄ − x̄ of all), with θ = Σ cov(z, x) / Σ var(x) over all variants.
  ///
  /// Users without a history have x = 0, the mean. Deng, Xu, Kohavi & Walker, "Improving the sensitivity of online
  /// controlled experiments by utilizing pre-experiment data", WSDM 2013; for ratios by linearisation as in Deng,
  /// Knoblich & Lu 2018.
  public init(_ moments: [UserMoments]) {
    var all = UserMoments()
    for arm in moments { all += arm }
    let before = all.sums[3] > 0 ? all.sums[2] / all.sums[3] : 0
    let meanBefore = all.users > 0 ? all.sums[3] / Double(all.users) : 0
    let arms = moments.map { arm -> (ratio: Double, zz: Double, zx: Double, xx: Double, x: Double)? in
      guard arm.users >= 2, let ratio = arm.ratio else { return nil }
      let (zz, zx, xx) = arm.linearised(ratio: ratio, before: before, meanBefore: meanBefore)
      let x = meanBefore > 0 ? (arm.mean[2] - before * arm.mean[3]) / meanBefore : 0
      return (ratio, zz, zx, xx, x)
    }
    plain = zip(moments, arms).map { moments, arm in
      arm.map { ArmEstimate(users: moments.users, value: $0.ratio, variance: $0.zz / Double(moments.users)) }
    }
    var (zx, xx, zz) = (0.0, 0.0, 0.0)
    for (moments, arm) in zip(moments, arms) {
      guard let arm else { continue }
      zx += Double(moments.users) * arm.zx
      xx += Double(moments.users) * arm.xx
      zz += Double(moments.users) * arm.zz
    }
    guard xx > 0, zx != 0, zz > 0 else {
      (adjusted, varianceReduction) = (nil, nil)
      return
    }
    let theta = zx / xx
    adjusted = zip(moments, arms).map { moments, arm in
      arm.map {
        let variance = max(0, $0.zz - 2 * theta * $0.zx + theta * theta * $0.xx)
        return ArmEstimate(
          users: moments.users, value: $0.ratio - theta * $0.x, variance: variance / Double(moments.users))
      }
    }
    varianceReduction = zx * zx / (xx * zz)
  }
}
