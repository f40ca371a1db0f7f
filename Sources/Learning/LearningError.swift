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
  /// A coefficient that the data and the penalty leave open, so that it has no standard error: of a feature that is
  /// constant or that the intercept and the features before it make up; nil is the intercept's, where no row has any
  /// curvature.
  case undetermined(feature: Int?)
  /// Standard errors over requests want two requests, and a row more than there are coefficients.
  case tooFewRequests(requests: Int, rows: Int, coefficients: Int)

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
    case .undetermined(let feature?):
      "feature \(feature) is constant or made up of the features before it, and l2 does not settle its coefficient: it "
        + "has no standard error; drop the feature or raise l2"
    case .undetermined(nil):
      "no row leaves any doubt about its label, so that the intercept has no standard error: raise l2"
    case .tooFewRequests(let requests, let rows, let coefficients):
      "\(requests) requests with \(rows) rows are too few for standard errors over requests of \(coefficients) "
        + "coefficients: they need 2 requests and \(coefficients + 1) rows"
    }
  }
}
