internal import ArgumentParser
internal import Learning

/// The options of `train fit --path`.
struct PathOptions: ParsableArguments {
  @Flag(
    name: .customLong("path"),
    help: """
      Fit a path of penalties, from the one that leaves all weights at zero downwards; show it; choose a value by log loss \
      on validation, or by --cv; fit and write the model there.
      """)
  var isOn = false

  @Option(help: "Values on the path. (default: 50)")
  var pathLength: Int?

  @Option(help: "The smallest value as a part of the largest. (default: 0.001; 0.00000001 with --l1-ratio 0)")
  var pathRatio: Double?

  @Option(help: "How much of the path's penalty is L1, as in scikit-learn; 0 is a path of L2. (default: 1)")
  var l1Ratio: Double?

  @Option(help: "Choose by cross-validation on the training side, with this many folds of whole requests.")
  var cv: Int?

  @Option(help: "What stays whole in a fold: request, user. (default: request)")
  var cvBy: FoldUnit?

  @Option(
    help: """
      What is chosen: minimum (the least log loss), one-standard-error (with --cv: the largest penalty within one standard \
      error of it), none (show the path, write no model). (default: minimum)
      """)
  var rule: PathRule?

  var grid: PenaltyGrid {
    PenaltyGrid(
      length: pathLength ?? 50, ratio: pathRatio ?? (ratioOfL1 == 0 ? 1e-8 : 1e-3), l1Ratio: ratioOfL1)
  }

  private var ratioOfL1: Double { l1Ratio ?? 1 }

  func validate() throws {
    guard isOn else {
      let given = [
        "--path-length": pathLength != nil, "--path-ratio": pathRatio != nil, "--l1-ratio": l1Ratio != nil,
        "--cv": cv != nil, "--cv-by": cvBy != nil, "--rule": rule != nil,
      ]
      if let name = given.filter(\.value).keys.min() {
        throw ValidationError("\(name) is of a path: expected --path with it")
      }
      return
    }
    guard pathLength.map({ (1...10_000).contains($0) }) ?? true else {
      throw ValidationError("--path-length: expected 1 to 10000")
    }
    guard pathRatio.map({ $0 > 0 && $0 < 1 }) ?? true else {
      throw ValidationError("--path-ratio: expected more than 0 and less than 1")
    }
    guard (0...1).contains(ratioOfL1) else { throw ValidationError("--l1-ratio \(ratioOfL1): expected 0 to 1") }
    guard cv.map({ (2...100).contains($0) }) ?? true else { throw ValidationError("--cv: expected 2 to 100 folds") }
    guard cvBy == nil || cv != nil else { throw ValidationError("--cv-by is of folds: expected --cv with it") }
    guard rule != .oneStandardError || cv != nil else {
      throw ValidationError("--rule one-standard-error wants standard errors: expected --cv with it")
    }
  }
}

/// What a fold of cross-validation keeps together.
enum FoldUnit: String, CaseIterable, Codable, ExpressibleByArgument { case request, user }

/// What becomes of a path.
enum PathRule: String, CaseIterable, Codable, ExpressibleByArgument {
  case minimum
  case oneStandardError = "one-standard-error"
  case none

  /// How a value is chosen; nil where none is.
  var choosing: PenaltyRule? {
    switch self {
    case .minimum: .minimum
    case .oneStandardError: .oneStandardError
    case .none: nil
    }
  }
}
