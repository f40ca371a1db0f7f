internal import ArgumentParser
internal import Datasets
internal import JSON
internal import Learning
internal import Models

/// `--standard-errors`: which ones a fit computes.
enum StandardErrorsChoice: String, CaseIterable, ExpressibleByArgument {
  case none, hessian, request, user

  /// The standard errors of fitted coefficients; nil for `none`.
  func callAsFunction(
    _ coefficients: Coefficients, _ regression: LogisticRegression, _ rows: FitRows, scaler: StandardScaler
  ) throws -> LinearModel.StandardErrors? {
    guard self != .none else { return nil }
    if self == .user, rows.users == nil { throw StandardErrorsFailure.noUsers }
    let covariance = try regression.covariance(
      of: coefficients, rows.data, scaler: scaler, requestOffsets: self == .request ? rows.requestOffsets() : nil,
      users: self == .user ? rows.users : nil)
    return LinearModel.StandardErrors(
      kind: covariance.kind.rawValue, coefficients: covariance.weights.map(\.standardError),
      intercept: covariance.intercept.standardError)
  }
}

/// Standard errors that a dataset has not what is needed for.
enum StandardErrorsFailure: Error, CustomStringConvertible {
  case noUsers

  var description: String {
    "--standard-errors user: the dataset does not say whose rows they are (train/user.npy, which `train dataset build` "
      + "writes); use --standard-errors request. Nothing was written"
  }
}

/// The coefficients of a model with what comes of their standard errors.
struct ModelEstimates {
  let coefficients: [CoefficientEstimate]
  let intercept: CoefficientEstimate
  /// What the errors take for granted, in words.
  let assumption: String

  /// nil for a model without standard errors.
  init?(_ model: LinearModel) {
    guard let errors = model.standardErrors else { return nil }
    coefficients = zip(model.coefficients, errors.coefficients).map {
      CoefficientEstimate(value: $0, standardError: $1)
    }
    intercept = CoefficientEstimate(value: model.intercept, standardError: errors.intercept)
    assumption =
      switch CoefficientCovariance.Kind(rawValue: errors.kind) {
      case .hessian: "hessian (rows are independent)"
      case .request: "request (requests are independent, the rows of one need not be)"
      case .user: "user (users are independent, the rows of one need not be)"
      case nil: errors.kind
      }
  }
}

/// The columns that a table of estimates has beside the coefficient.
struct EstimateCells {
  static let header = (error: "standard error", z: "z", p: "p", interval: "95 % interval")

  let error: String
  let z: String
  let p: String
  let interval: String

  init(_ estimate: CoefficientEstimate) {
    error = fixed(estimate.standardError)
    z = estimate.z.map { fixed($0, 2) } ?? "–"
    p = estimate.pValue.map { $0 < 0.0001 ? "<0.0001" : fixed($0) } ?? "–"
    interval = "\(fixed(estimate.interval.lowerBound)) … \(fixed(estimate.interval.upperBound))"
  }
}

extension JSONWriter {
  /// `standard_errors` of a model, if it has any: null where z is not defined.
  mutating func standardErrors(of model: LinearModel) {
    guard let estimates = ModelEstimates(model), let kind = model.standardErrors?.kind else { return }
    key("standard_errors")
    object { writer in
      writer.field("kind", kind)
      writer.key("intercept")
      writer.estimate(estimates.intercept)
      writer.key("coefficients")
      writer.object { writer in
        for (name, estimate) in zip(model.features, estimates.coefficients) {
          writer.key(name)
          writer.estimate(estimate)
        }
      }
    }
  }

  private mutating func estimate(_ estimate: CoefficientEstimate) {
    object { writer in
      writer.field("coefficient", estimate.value)
      writer.field("standard_error", estimate.standardError)
      writer.field("z", orNull: estimate.z)
      writer.field("p", orNull: estimate.pValue)
      writer.field("low", orNull: estimate.interval.lowerBound)
      writer.field("high", orNull: estimate.interval.upperBound)
    }
  }

  private mutating func field(_ name: String, orNull value: Double?) {
    key(name)
    if let value, value.isFinite { number(value) } else { null() }
  }
}
