/// What makes data unfit to learn from. Rows and features are counted from 0.
public enum LearningError: Error, Equatable, CustomStringConvertible {
  /// There is not a single row.
  case empty
  /// A feature value is NaN or infinite; the first such value, in row order.
  case nonFinite(row: Int, feature: Int)
  /// A label is neither 0 nor 1.
  case invalidLabel(row: Int, label: UInt8)
  /// A sample weight is negative, NaN or infinite.
  case invalidWeight(row: Int, weight: Float)
  /// All sample weights are zero.
  case noWeight(rows: Int)
  /// All rows that weigh anything have the same label: the intercept would be infinite.
  case oneClassOnly(label: UInt8, rows: Int)
  /// A scaler or warm start is for another number of features, or holds a NaN, an infinity or a scale not above zero.
  case unfitStart(String)
  /// Every value is finite, yet their sums are not: what was being summed.
  case overflow(String)

  /// What was found, and what to do about it.
  public var description: String {
    switch self {
    case .empty:
      "there are no rows to learn from"
    case .nonFinite(let row, let feature):
      "row \(row), feature \(feature) is NaN or infinite: every feature must be a finite number"
    case .invalidLabel(let row, let label):
      "row \(row) has label \(label): labels are 0 or 1"
    case .invalidWeight(let row, let weight):
      "row \(row) has weight \(weight): weights are finite and not negative"
    case .noWeight(let rows):
      "all \(rows) rows have weight 0"
    case .oneClassOnly(let label, let rows):
      "all \(rows) weighted rows have label \(label): both labels are needed to tell them apart"
    case .unfitStart(let what):
      what
    case .overflow(let what):
      "\(what) overflowed though every value is finite: scale the features (StandardScaler) or lower the weights"
    }
  }
}
