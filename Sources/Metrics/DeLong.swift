import Foundation

/// The area under the ROC curve with its interval from the theory of U-statistics, without a bootstrap.
///
/// With groups, the rows of a request may depend on each other (Obuchowski 1997). For request k with mₖ of the M
/// positives and nₖ of the N negatives,
///
///     S₁₀ = K₁₀ / ((K₁₀ − 1) M) Σₖ (V₁₀ₖ − mₖ A)²      V₁₀ₖ: Σ over its positives of the share of negatives below them
///     S₀₁ = K₀₁ / ((K₀₁ − 1) N) Σₖ (V₀₁ₖ − nₖ A)²      V₀₁ₖ: Σ over its negatives of the share of positives above them
///     S₁₁ = K / (K − 1) Σₖ (V₁₀ₖ − mₖ A)(V₀₁ₖ − nₖ A)
///     var A = S₁₀ / M + S₀₁ / N + 2 S₁₁ / (M N)
///
/// where K requests have rows, K₁₀ of them a positive and K₀₁ a negative; ties count half. Without groups each row
/// stands for itself, and this is the variance of DeLong et al. 1988. The interval is A ± z √var, cut off at 0 and 1:
/// for areas near 1 or few positives the bootstrap is the better one.
///
/// - Parameters:
///   - scores: any finite numbers; a higher one says that the row is more likely positive.
///   - labels: 0 or 1 for each row.
///   - groups: which rows belong to which request; nil if all rows are independent.
///   - users: the user of each request, where the requests of a user depend on each other too: then users are the units
///     that requests are above.
///   - confidence: the level of the interval, between 0 and 1.
///   - threads: how many threads to use; nil for one a core. The result is the same at any number.
/// - Returns: the area and its interval; nil where the area or its variance is not defined: a class with fewer than two
///   independent units (requests that hold it; rows without groups).
/// - Throws: `MetricError` for a score that is not finite, a label other than 0 and 1, and arrays of different lengths.
/// - Complexity: O(n) time, by radix sort.
///
/// DeLong, DeLong & Clarke-Pearson, Biometrics 44, 1988; Obuchowski, "Nonparametric analysis of clustered ROC curve
/// data", Biometrics 53, 1997.
public func delongInterval(
  scores: [Double], labels: [UInt8], groups: RankingGroups? = nil, users: [Int64]? = nil, confidence: Double = 0.95,
  threads: Int? = nil
) throws(MetricError) -> Interval? {
  precondition(confidence > 0 && confidence < 1, "confidence \(confidence); expected a share between 0 and 1")
  let threads = threadCount(threads)
  if let groups { try checkCount("scores", scores.count, rows: groups.rows) }
  guard let area = try rocAUC(scores: scores, labels: labels, threads: threads) else { return nil }
  let units = componentSums(
    scores: scores, labels: labels, units: groups.map { RowUnits(groups: $0, users: users) }, threads: threads)

  var with = (positive: 0, negative: 0, any: 0)
  var rows = (positive: 0.0, negative: 0.0)
  var squares = (positive: 0.0, negative: 0.0, both: 0.0)
  for unit in units where unit.positives + unit.negatives > 0 {
    let positive = unit.positiveComponents - unit.positives * area
    let negative = unit.negativeComponents - unit.negatives * area
    squares.positive += positive * positive
    squares.negative += negative * negative
    squares.both += positive * negative
    rows.positive += unit.positives
    rows.negative += unit.negatives
    with.positive += unit.positives > 0 ? 1 : 0
    with.negative += unit.negatives > 0 ? 1 : 0
    with.any += 1
  }
  guard with.positive > 1, with.negative > 1 else { return nil }
  func inflation(_ units: Int) -> Double { Double(units) / Double(units - 1) }
  let variance =
    inflation(with.positive) * squares.positive / (rows.positive * rows.positive)
    + inflation(with.negative) * squares.negative / (rows.negative * rows.negative)
    + inflation(with.any) * 2 * squares.both / (rows.positive * rows.negative)
  let margin = normalQuantile((1 + confidence) / 2) * max(0, variance).squareRoot()
  return Interval(value: area, low: max(0, area - margin), high: min(1, area + margin))
}

/// The rows of a request, or one row alone, and the sums of their structural components.
private struct UnitSums {
  var positives = 0.0
  var negatives = 0.0
  /// V₁₀: for each positive, the share of negatives below it.
  var positiveComponents = 0.0
  /// V₀₁: for each negative, the share of positives above it.
  var negativeComponents = 0.0
}

private func componentSums(
  scores: [Double], labels: [UInt8], units rowUnits: RowUnits?, threads: Int
) -> [UnitSums] {
  let unitOfRow = rowUnits?.ofEachRow()
  var units = [UnitSums](repeating: UnitSums(), count: rowUnits?.count ?? scores.count)
  let classes = classWeights(labels: labels, weights: nil, threads: threads)
  var positivesAbove = 0.0
  var negativesBelow = classes.negative
  ScoreOrder(scores: scores, threads: threads).forEachTie { rows in
    var positives = 0.0
    for row in rows { positives += Double(labels[Int(row)]) }
    let negatives = Double(rows.count) - positives
    negativesBelow -= negatives
    for row in rows {
      let unit = unitOfRow.map { Int($0[Int(row)]) } ?? Int(row)
      if labels[Int(row)] != 0 {
        units[unit].positives += 1
        units[unit].positiveComponents += (negativesBelow + 0.5 * negatives) / classes.negative
      } else {
        units[unit].negatives += 1
        units[unit].negativeComponents += (positivesAbove + 0.5 * positives) / classes.positive
      }
    }
    positivesAbove += positives
  }
  return units
}
