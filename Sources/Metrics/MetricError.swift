/// Why a metric can't be computed from the data that it was given.
///
/// Rows are counted from 0, as the arrays are. What only a wrong call can cause (`k` or `bins` below 1, a confidence
/// outside 0…1) is a precondition and not one of these.
public enum MetricError: Error, Equatable, Sendable {
  /// A score or logit is NaN or infinite.
  case scoreNotFinite(row: Int, value: Double)
  /// A probability is NaN or outside 0…1.
  case probabilityOutOfRange(row: Int, value: Double)
  /// A binary label is neither 0 nor 1.
  case labelNotBinary(row: Int, value: Double)
  /// A graded relevance is NaN, infinite or negative.
  case relevanceInvalid(row: Int, value: Double)
  /// A weight is NaN, infinite or negative.
  case weightInvalid(row: Int, value: Double)
  /// A propensity is not above 0 and at most 1, or a probability of the policy to evaluate is outside 0…1.
  case propensityInvalid(array: String, row: Int, value: Double)
  /// An array has not one element for each row.
  case countMismatch(array: String, count: Int, rows: Int)
  /// Group offsets do not start at 0, or decrease at `index`.
  case offsetsInvalid(index: Int, value: Int)
  /// The rows of one request are not next to each other: the request of `row` was already left behind.
  case requestNotContiguous(row: Int)
  /// Two results that are to be compared cover different numbers of requests or replicates.
  case notComparable(count: Int, other: Int)
}

extension MetricError: CustomStringConvertible {
  /// What was found, where, and what was expected.
  public var description: String {
    switch self {
    case .scoreNotFinite(let row, let value):
      "row \(row): score is \(value); expected a finite number (a model that overflows, or a missing feature?)"
    case .probabilityOutOfRange(let row, let value):
      "row \(row): probability is \(value); expected 0…1 (pass raw scores as logits)"
    case .labelNotBinary(let row, let value):
      "row \(row): label is \(value); expected 0 or 1"
    case .relevanceInvalid(let row, let value):
      "row \(row): relevance is \(value); expected a finite number, 0 or more"
    case .weightInvalid(let row, let value):
      "row \(row): weight is \(value); expected a finite number, 0 or more"
    case .propensityInvalid(let array, let row, let value):
      "row \(row): \(array) holds \(value); expected a probability\(array == "propensities" ? " above 0" : "")"
    case .countMismatch(let array, let count, let rows):
      "\(array) has \(count) elements for \(rows) rows; expected one for each row"
    case .offsetsInvalid(let index, let value):
      "group offset \(index) is \(value); expected offsets that start at 0 and never decrease"
    case .requestNotContiguous(let row):
      "row \(row): its request has rows further up, with other requests between; sort the rows by request"
    case .notComparable(let count, let other):
      "can't compare results over \(count) and \(other) elements; expected the same requests, replicates and seed"
    }
  }
}
