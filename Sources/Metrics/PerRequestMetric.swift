/// A metric of each request, and its mean over the requests that have one.
public struct PerRequestMetric: Equatable, Sendable {
  /// The metric of each request; NaN for a request that is left out because it has no positive row.
  public let values: [Double]
  /// How many requests have a value.
  public let used: Int
  /// The mean over the requests that have a value; nil if none has.
  public let mean: Double?

  /// How many requests are left out.
  public var leftOut: Int { values.count - used }

  /// Takes the value of each request, NaN for one to leave out.
  ///
  /// - Complexity: O(requests).
  public init(values: [Double]) {
    var sum = 0.0
    var used = 0
    for value in values where !value.isNaN {
      sum += value
      used += 1
    }
    self.values = values
    self.used = used
    mean = used > 0 ? sum / Double(used) : nil
  }

  /// Whether both have a value for the same requests.
  ///
  /// - Complexity: O(requests).
  func leavesOutTheSame(as other: PerRequestMetric) -> Bool {
    used == other.used && values.count == other.values.count
      && zip(values, other.values).allSatisfy { $0.isNaN == $1.isNaN }
  }

  /// The difference of two metrics of the same requests, request by request.
  ///
  /// Left out are the requests that either has left out. Its bootstrap interval says whether one model is better than
  /// another: it is much narrower than the intervals of the two means would suggest.
  ///
  /// - Throws: `MetricError.notComparable` if the numbers of requests differ.
  public func difference(from other: PerRequestMetric) throws(MetricError) -> PerRequestMetric {
    guard values.count == other.values.count else {
      throw .notComparable(count: values.count, other: other.values.count)
    }
    return PerRequestMetric(values: zip(values, other.values).map { $0 - $1 })
  }
}
