/// Sums and sums of products over the users of one variant, for one metric: all that its estimate needs.
///
/// A user gives four numbers: numerator y and denominator n of the metric in the experiment, p and q before it began.
public struct UserMoments: Equatable, Sendable {
  public private(set) var users = 0
  /// Σy, Σn, Σp, Σq.
  private(set) var sums = SIMD4<Double>()
  /// Σy², Σn², Σp², Σq².
  private var squares = SIMD4<Double>()
  /// Σyp, Σyq, Σnp, Σnq.
  private var across = SIMD4<Double>()
  /// Σyn, Σpq.
  private var within = SIMD2<Double>()

  public init() {}

  public mutating func add(numerator y: Double, denominator n: Double, before p: Double = 0, _ q: Double = 0) {
    let user = SIMD4(y, n, p, q)
    users += 1
    sums += user
    squares += user * user
    across += SIMD4(y, y, n, n) * SIMD4(p, q, p, q)
    within += SIMD2(y * n, p * q)
  }

  public mutating func add(_ metric: ExperimentMetric, _ sums: UserSums, before: UserSums) {
    add(
      numerator: metric.numerator(sums), denominator: metric.denominator(sums), before: metric.numerator(before),
      metric.denominator(before))
  }

  public static func += (moments: inout UserMoments, other: UserMoments) {
    moments.users += other.users
    moments.sums += other.sums
    moments.squares += other.squares
    moments.across += other.across
    moments.within += other.within
  }

  var mean: SIMD4<Double> { sums / Double(users) }

  /// Σy / Σn; nil without a denominator.
  public var ratio: Double? { sums[1] > 0 ? sums[0] / sums[1] : nil }

  /// Sample covariance of the linearised metric z = (y − r·n) / n̄ and covariate x = (p − s·q) / q̄.
  ///
  /// The mean of z over users is 0 at r = Σy/Σn, and its variance over the number of users is that of the ratio, by the
  /// delta method: users are drawn, not impressions. Deng, Knoblich & Lu, "Applying the delta method in metric
  /// analytics", KDD 2018.
  ///
  /// - Precondition: at least two users.
  func linearised(ratio r: Double, before s: Double, meanBefore q: Double) -> (zz: Double, zx: Double, xx: Double) {
    let (count, m) = (Double(users), mean)
    let dof = count - 1
    func covariance(_ product: Double, _ a: Int, _ b: Int) -> Double { (product - count * m[a] * m[b]) / dof }
    let (yy, nn, yn) = (
      covariance(squares[0], 0, 0), covariance(squares[1], 1, 1), covariance(within[0], 0, 1)
    )
    let zz = max(0, yy - 2 * r * yn + r * r * nn) / (m[1] * m[1])
    guard q > 0 else { return (zz, 0, 0) }
    let (pp, qq, pq) = (
      covariance(squares[2], 2, 2), covariance(squares[3], 3, 3), covariance(within[1], 2, 3)
    )
    let cross =
      covariance(across[0], 0, 2) - s * covariance(across[1], 0, 3) - r * covariance(across[2], 1, 2) + r * s
      * covariance(across[3], 1, 3)
    return (zz, cross / (m[1] * q), max(0, pp - 2 * s * pq + s * s * qq) / (q * q))
  }
}
