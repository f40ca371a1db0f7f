import Foundation

/// How predicted log-odds would have to be stretched and moved to fit what happened.
///
///     logit P(y = 1) = intercept + slope · z
///
/// A slope below 1 says that the predictions are too extreme (an overfitted model), above 1 that they are too timid; at
/// a slope of 1 the intercept says how much they are too low (above 0) or too high, in log-odds. A perfectly calibrated
/// model has slope 1 and intercept 0; the converse does not hold, so look at the reliability diagram too.
public struct CalibrationLine: Equatable, Sendable {
  /// The fitted intercept, in log-odds, with its interval.
  public let intercept: Interval
  /// The fitted slope with its interval.
  public let slope: Interval
}

/// Fits the calibration line by maximum likelihood: logistic regression of the labels on the log-odds, without penalty.
///
/// Intervals are normal, ± z standard errors, from the sandwich A⁻¹ B A⁻¹ with A the Hessian and B the squared sums of
/// the scores of each group: rows of one request may depend on each other (Liang & Zeger 1986). B is multiplied by
/// K/(K − 1) for K groups with rows.
///
/// - Parameters:
///   - logits: the predicted log-odds of label 1 for each row, finite.
///   - labels: 0 or 1 for each row.
///   - weights: a weight for each row, 0 or more; nil for 1 each.
///   - groups: which rows belong to which request; nil if all rows are independent.
///   - users: the user of each request, where those of a user depend on each other too.
///   - confidence: the level of the intervals, between 0 and 1.
///   - threads: how many threads to use; nil for one a core. The result is the same at any number.
/// - Returns: the line; nil where it is not defined: one class only, one log-odds only, or log-odds that separate the
///   classes (the slope would be infinite). An interval is its value alone where there is but one group.
/// - Throws: `MetricError` for a logit that is not finite, a label other than 0 and 1, a weight that is negative or not
///   finite, and arrays of different lengths.
/// - Complexity: O(n) for each of some ten Newton steps.
///
/// Cox, "Two further applications of a model for binary regression", Biometrika 45, 1958; Van Calster et al.,
/// "Calibration: the Achilles heel of predictive analytics", BMC Medicine 17, 2019.
public func calibrationLine(
  logits: [Double], labels: [UInt8], weights: [Double]? = nil, groups: RankingGroups? = nil, users: [Int64]? = nil,
  confidence: Double = 0.95, threads: Int? = nil
) throws(MetricError) -> CalibrationLine? {
  precondition(confidence > 0 && confidence < 1, "confidence \(confidence); expected a share between 0 and 1")
  let threads = threadCount(threads)
  try checkScores(logits, threads: threads)
  try checkLabels(labels, rows: logits.count)
  try checkWeights(weights, rows: logits.count, threads: threads)
  if let groups { try checkCount("logits", logits.count, rows: groups.rows) }
  guard let centre = separationCentre(logits: logits, labels: labels, weights: weights) else { return nil }

  var line = SIMD2(0.0, 1.0)
  var sums = LineSums(logits, labels, weights, centre: centre, line: line, threads: threads)
  for _ in 0..<100 {
    guard let step = sums.newtonStep else { return nil }
    // Halved until the likelihood does not fall: a Newton step from far away may overshoot.
    var share = 1.0
    var next = LineSums(logits, labels, weights, centre: centre, line: line + step, threads: threads)
    while next.loss > sums.loss + 1e-12 * abs(sums.loss), share > 1e-9 {
      share /= 2
      next = LineSums(logits, labels, weights, centre: centre, line: line + share * step, threads: threads)
    }
    line += share * step
    sums = next
    if abs(step.x) <= 1e-13 * (1 + abs(line.x)), abs(step.y) <= 1e-13 * (1 + abs(line.y)) { break }
  }

  let covariance = sums.sandwich(
    logits, labels, weights, units: groups.map { RowUnits(groups: $0, users: users) }, groups: groups, centre: centre,
    line: line)
  let z = normalQuantile((1 + confidence) / 2)
  func interval(_ value: Double, _ variance: Double) -> Interval {
    let margin = z * max(0, variance).squareRoot()
    return Interval(value: value, low: value - margin, high: value + margin)
  }
  // The line was fitted around the centre, where intercept and slope hardly depend on each other.
  let intercept = line.x - line.y * centre
  let (xx, xy, yy) = covariance
  return CalibrationLine(
    intercept: interval(intercept, xx - 2 * centre * xy + centre * centre * yy), slope: interval(line.y, yy))
}

/// The weighted mean of the log-odds; nil where no line can be fitted because classes or log-odds do not overlap.
private func separationCentre(logits: [Double], labels: [UInt8], weights: [Double]?) -> Double? {
  var lowest = SIMD2(Double.infinity, .infinity)
  var highest = SIMD2(-Double.infinity, -.infinity)
  var sum = 0.0
  var total = 0.0
  for row in logits.indices {
    let weight = weights.map { $0[row] } ?? 1
    guard weight > 0 else { continue }
    let label = Int(labels[row])
    lowest[label] = min(lowest[label], logits[row])
    highest[label] = max(highest[label], logits[row])
    sum += weight * logits[row]
    total += weight
  }
  // One class, one log-odds, or classes that meet at most at a point: nothing, or only an infinite slope, fits best.
  guard highest[0] > lowest[1], highest[1] > lowest[0] else { return nil }
  return sum / total
}

/// Loss, gradient and Hessian of a line over all rows.
private struct LineSums {
  var loss = 0.0
  var gradient = SIMD2<Double>.zero
  /// xx, xy, yy
  var hessian = SIMD3<Double>.zero

  init() {}

  init(
    _ logits: [Double], _ labels: [UInt8], _ weights: [Double]?, centre: Double, line: SIMD2<Double>, threads: Int
  ) {
    let blocks = mapBlocks(of: logits.count, threads: threads, empty: LineSums()) { rows in
      var sums = LineSums()
      for row in rows {
        let weight = weights.map { $0[row] } ?? 1
        let x = logits[row] - centre
        let fitted = line.x + line.y * x
        let chance = 1 / (1 + exp(-fitted))
        let residual = weight * (chance - Double(labels[row]))
        let curvature = weight * chance * (1 - chance)
        sums.loss += weight * logLoss(logit: fitted, label: labels[row])
        sums.gradient += SIMD2(residual, residual * x)
        sums.hessian += SIMD3(curvature, curvature * x, curvature * x * x)
      }
      return sums
    }
    for block in blocks {
      loss += block.loss
      gradient += block.gradient
      hessian += block.hessian
    }
  }

  /// The inverse of the Hessian: xx, xy, yy; nil where it has none.
  var inverse: SIMD3<Double>? {
    let determinant = hessian.x * hessian.z - hessian.y * hessian.y
    guard determinant > 1e-14 * hessian.x * hessian.z, determinant > 0 else { return nil }
    return SIMD3(hessian.z, -hessian.y, hessian.x) / determinant
  }

  var newtonStep: SIMD2<Double>? {
    inverse.map { -SIMD2($0.x * gradient.x + $0.y * gradient.y, $0.y * gradient.x + $0.z * gradient.y) }
  }

  /// The covariance of the line's two numbers, clustered by group.
  func sandwich(
    _ logits: [Double], _ labels: [UInt8], _ weights: [Double]?, units: RowUnits?, groups: RankingGroups?,
    centre: Double,
    line: SIMD2<Double>
  ) -> (Double, Double, Double) {
    guard let inverse else { return (0, 0, 0) }
    var scores = [SIMD2<Double>](repeating: .zero, count: units?.count ?? logits.count)
    var used = [Bool](repeating: false, count: scores.count)
    for group in 0..<(groups?.count ?? logits.count) {
      let unit = units?.of(request: group) ?? group
      for row in groups?[group] ?? group..<(group + 1) {
        let x = logits[row] - centre
        let chance = 1 / (1 + exp(-(line.x + line.y * x)))
        let residual = (weights.map { $0[row] } ?? 1) * (Double(labels[row]) - chance)
        scores[unit] += SIMD2(residual, residual * x)
        used[unit] = true
      }
    }
    var meat = SIMD3<Double>.zero
    for score in scores {
      // What the unit's rows move the line by.
      let moved = SIMD2(inverse.x * score.x + inverse.y * score.y, inverse.y * score.x + inverse.z * score.y)
      meat += SIMD3(moved.x * moved.x, moved.x * moved.y, moved.y * moved.y)
    }
    let count = used.reduce(0) { $0 + ($1 ? 1 : 0) }
    let inflation = count > 1 ? Double(count) / Double(count - 1) : 0
    return (inflation * meat.x, inflation * meat.y, inflation * meat.z)
  }
}
