/// A value with the interval that is likely to hold the true one.
public struct Interval: Codable, Equatable, Sendable {
  /// The estimate from all the data.
  public var value: Double
  /// The interval's lower end.
  public var low: Double
  /// The interval's upper end.
  public var high: Double

  /// Makes an interval from its three numbers.
  public init(value: Double, low: Double, high: Double) {
    self.value = value
    self.low = low
    self.high = high
  }

  /// Whether `other` lies between the ends, both included.
  ///
  /// A paired difference whose interval does not contain 0 is significant at the interval's level.
  public func contains(_ other: Double) -> Bool {
    low <= other && other <= high
  }
}
