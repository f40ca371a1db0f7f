import Foundation

/// A metric, and what it came to in each replicate of a bootstrap.
public struct BootstrapDistribution: Equatable, Sendable {
  /// The metric of all the data.
  public let value: Double
  /// The metric of each replicate, in the order of their seeds; NaN where it is not defined (a draw of one class only).
  public let replicates: [Double]
  /// How many units the draws are over; nil where it is not known.
  public let units: Int?

  /// How many replicates have no value.
  public var undefined: Int {
    replicates.reduce(0) { $0 + ($1.isNaN ? 1 : 0) }
  }

  /// Takes a value and those of the replicates.
  public init(value: Double, replicates: [Double], units: Int? = nil) {
    self.value = value
    self.replicates = replicates
    self.units = units
  }

  /// The expanded percentile interval: the replicates' quantiles a and 1 − a, interpolated as by NumPy's `quantile`.
  ///
  ///     a = Φ(−√(n / (n − 1)) t)     with t the quantile (1 + c)/2 of Student's distribution at n − 1 degrees of freedom
  ///
  /// for n units. A plain percentile interval, a = (1 − c)/2, is too narrow for few units: it is as if a mean's variance
  /// were divided by n where it should be n − 1, and the normal quantile taken for Student's (Hesterberg, "What teachers
  /// should know about the bootstrap", The American Statistician 69, 2015, section 4). With many units both are the
  /// same; where `units` is nil this is the plain one.
  ///
  /// Replicates without a value are left out; see `undefined`. If none has a value, the interval is the value alone.
  ///
  /// - Parameter confidence: the share c of replicates to hold, between 0 and 1.
  /// - Complexity: O(R log R) for R replicates.
  public func interval(confidence: Double = 0.95) -> Interval {
    precondition(confidence > 0 && confidence < 1, "confidence \(confidence); expected a share between 0 and 1")
    let sorted = replicates.filter { !$0.isNaN }.sorted()
    guard let first = sorted.first else { return Interval(value: value, low: value, high: value) }
    var tail = (1 - confidence) / 2
    if let units, units > 1 {
      let freedom = Double(units - 1)
      tail = normalTail((Double(units) / freedom).squareRoot() * studentQuantile(1 - tail, freedom: freedom))
    }
    func quantile(_ share: Double) -> Double {
      let place = share * Double(sorted.count - 1)
      let below = Int(place)
      guard below + 1 < sorted.count else { return sorted.last ?? first }
      return sorted[below] + (place - Double(below)) * (sorted[below + 1] - sorted[below])
    }
    return Interval(value: value, low: quantile(tail), high: quantile(1 - tail))
  }

  /// The standard deviation of the replicates: the metric's standard error. Nil with fewer than two values.
  ///
  /// - Complexity: O(R).
  public var standardError: Double? {
    let defined = replicates.filter { !$0.isNaN }
    guard defined.count > 1 else { return nil }
    let mean = defined.reduce(0, +) / Double(defined.count)
    let squares = defined.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(defined.count - 1)).squareRoot()
  }

  /// The paired difference of two metrics over the same draws.
  ///
  /// Both must come from bootstraps with the same groups, number of replicates and seed: then each replicate of one
  /// has drawn the same requests as the other's. The interval of the difference says whether a challenger's AUC is
  /// really better than the champion's.
  ///
  /// - Throws: `MetricError.notComparable` if the numbers of replicates differ.
  public func difference(from other: BootstrapDistribution) throws(MetricError) -> BootstrapDistribution {
    guard replicates.count == other.replicates.count else {
      throw .notComparable(count: replicates.count, other: other.replicates.count)
    }
    let units = units.flatMap { units in other.units.map { min(units, $0) } }
    return BootstrapDistribution(
      value: value - other.value, replicates: zip(replicates, other.replicates).map { $0 - $1 }, units: units)
  }
}
