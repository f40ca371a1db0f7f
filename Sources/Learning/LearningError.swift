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
  /// Standard errors over requests or users want two of them, and a row more than there are coefficients.
  case tooFewClusters(CoefficientCovariance.Kind, count: Int, rows: Int, coefficients: Int)
  /// Standard errors over users, whose rows may be in several processes.
  case usersInProcesses

  /// A pairwise fit where no request has both a positive and a negative row.
  case noPairs(requests: Int)
  /// There are fewer requests (or users) than folds.
  case tooFewUnits(units: Int, folds: Int)
  /// A fit of cross-validation did not converge. Folds are counted from 1; the penalty is the fold's.
  case foldNotConverged(fold: Int, l1: Double, violation: Double)

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
    case .noPairs(let requests):
      "none of \(requests) requests has both labels among rows of a weight above 0, so that there are no pairs to order"
    case .tooFewClusters(let kind, let count, let rows, let coefficients):
      "\(count) \(kind.rawValue)s with \(rows) rows are too few for standard errors over \(kind.rawValue)s of "
        + "\(coefficients) coefficients: they need 2 \(kind.rawValue)s and \(coefficients + 1) rows"
    case .usersInProcesses:
      "standard errors over users need all rows in one process: fit in one, or take those over requests"
    case .tooFewUnits(let units, let folds):
      "\(folds) folds of whole requests or users want as many of them, and there are \(units): take fewer folds"
    case .foldNotConverged(let fold, let l1, let violation):
      "the fit without fold \(fold) did not converge at l1 \(l1) (optimality is missed by \(violation) of a row): allow more "
        + "iterations, a larger tolerance, or end the path at a larger penalty"
    }
  }
}
