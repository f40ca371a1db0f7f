/// A treatment against the control: the difference, its interval and its p-value, for one look at the data.
public struct Difference: Equatable, Sendable {
  public let value: Double
  public let standardError: Double
  public let low: Double
  public let high: Double
  /// Two-sided, of no difference; nil where nothing varies yet.
  public let pValue: Double?
  /// Treatment over control − 1 with its interval; nil where the control is 0.
  public let lift: Lift?

  public struct Lift: Equatable, Sendable {
    public let value: Double
    public let low: Double
    public let high: Double
  }

  /// The normal interval at that level; that of the lift by the delta method for a ratio of independent estimates.
  public init(of treatment: ArmEstimate, against control: ArmEstimate, level: Double = 0.95) {
    let z = normalQuantile(0.5 + level / 2)
    value = treatment.value - control.value
    standardError = (treatment.variance + control.variance).squareRoot()
    (low, high) = (value - z * standardError, value + z * standardError)
    pValue = standardError > 0 ? twoSidedPValue(value / standardError) : nil
    guard control.value != 0 else {
      lift = nil
      return
    }
    let ratio = treatment.value / control.value
    let error = (treatment.variance + ratio * ratio * control.variance).squareRoot() / abs(control.value)
    lift = Lift(value: ratio - 1, low: ratio - 1 - z * error, high: ratio - 1 + z * error)
  }
}

/// p-values of several comparisons such that the chance of one false alarm among all stays under the level.
///
/// Holm, "A simple sequentially rejective multiple test procedure", 1979. In the order of the input.
public func holmAdjusted(_ pValues: [Double]) -> [Double] {
  let order = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
  var adjusted = pValues
  var largest = 0.0
  for (rank, index) in order.enumerated() {
    largest = max(largest, min(1, Double(pValues.count - rank) * pValues[index]))
    adjusted[index] = largest
  }
  return adjusted
}
