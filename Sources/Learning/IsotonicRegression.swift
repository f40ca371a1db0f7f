/// The non-decreasing function of a score that is nearest to labels in weighted squares: exact, by pooling neighbours
/// that stand in the wrong order.
///
/// Rows of one score count as one, with their mean. Between the points the function is linear, outside of them level,
/// as scikit-learn's `IsotonicRegression(out_of_bounds="clip")`. Points inside of a level piece are left out.
///
/// Ayer et al., "An empirical distribution function for sampling with incomplete information", 1955.
public struct IsotonicRegression: Equatable, Sendable {
  /// Ascending scores.
  public let scores: [Double]
  /// The function there; never falls.
  public let values: [Double]

  /// Fits the function.
  ///
  /// - Parameters:
  ///   - scores: finite numbers.
  ///   - labels: 0 or 1 for each row.
  ///   - weights: a weight for each row, 0 or more; rows of weight 0 do not count; nil for 1 each.
  /// - Throws: ``CalibrationError``, also where only one class has weight.
  /// - Complexity: O(n log n).
  public init(
    scores: [Double], labels: UnsafeBufferPointer<UInt8>, weights: UnsafeBufferPointer<Float>? = nil
  ) throws(CalibrationError) {
    precondition(labels.count == scores.count && weights?.count ?? scores.count == scores.count)
    if let row = scores.firstIndex(where: { !$0.isFinite }) { throw .nonFinite(row: row) }
    func weight(_ row: Int) -> Double { weights.map { Double($0[row]) } ?? 1 }
    let order = scores.indices.filter { weight($0) > 0 }.sorted { (scores[$0], $0) < (scores[$1], $1) }
    var points: [Pool] = []
    for row in order {
      if points.last?.last == scores[row] {
        points[points.count - 1].add(label: labels[row], weight: weight(row))
      } else {
        points.append(Pool(first: scores[row], last: scores[row]))
        points[points.count - 1].add(label: labels[row], weight: weight(row))
      }
    }
    let (positives, total) = points.reduce((0.0, 0.0)) { ($0.0 + $1.positives, $0.1 + $1.weight) }
    guard positives > 0, positives < total else {
      throw .oneClass(positives: positives, negatives: total - positives)
    }
    var pools: [Pool] = []
    for point in points {
      var pool = point
      while let previous = pools.last, previous.mean >= pool.mean {
        pool.absorb(previous)
        pools.removeLast()
      }
      pools.append(pool)
    }
    var knots: [(Double, Double)] = []
    for pool in pools {
      knots.append((pool.first, pool.mean))
      if pool.last > pool.first { knots.append((pool.last, pool.mean)) }
    }
    self.scores = knots.map(\.0)
    values = knots.map(\.1)
  }
}

/// Neighbours with one mean.
private struct Pool {
  var first: Double
  var last: Double
  var positives = 0.0
  var weight = 0.0

  var mean: Double { positives / weight }

  mutating func add(label: UInt8, weight: Double) {
    positives += Double(label) * weight
    self.weight += weight
  }

  /// Takes in the pool to its left.
  mutating func absorb(_ previous: Pool) {
    first = previous.first
    positives += previous.positives
    weight += previous.weight
  }
}
