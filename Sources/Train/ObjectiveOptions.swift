internal import ArgumentParser
internal import Learning
internal import Models

/// What a fit minimises.
enum ObjectiveChoice: String, CaseIterable, ExpressibleByArgument {
  case pointwise, pairwise

  /// What a model was fitted to, as its manifest says.
  init(_ manifest: ModelManifest) {
    self = manifest.parameters["objective"] == .text(Self.pairwise.rawValue) ? .pairwise : .pointwise
  }

  /// What the scores of a pairwise model are not, for whoever reads its metrics.
  static let pairwiseNote =
    "fitted to the order within requests: scores are no probabilities, and log_loss, brier and ece say nothing"
}

/// `--objective` and what goes with it.
struct ObjectiveOptions: ParsableArguments {
  @Option(help: "What to fit: pointwise (each row's label) or pairwise (the order of rows within a request).")
  var objective = ObjectiveChoice.pointwise

  @Option(help: "How pairs count: pair (each 1, or its rows' weights multiplied), request (each request's sum to 1).")
  var pairWeight: PairWeight?

  func validate() throws {
    if pairWeight != nil, objective != .pairwise {
      throw ValidationError("--pair-weight is for --objective pairwise")
    }
  }

  /// Says which other options a pairwise fit has no use for.
  func validate(classWeight: ClassWeight, standardErrors: StandardErrorsChoice) throws {
    guard objective == .pairwise else { return }
    if classWeight != .none {
      throw ValidationError("--class-weight with --objective pairwise: every pair has one row of each class already")
    }
    if standardErrors != .none {
      throw ValidationError("--standard-errors with --objective pairwise: there are none; leave the option out")
    }
  }

  /// Fits what was chosen; the second result is nil for a pointwise fit.
  func fit(
    _ regression: LogisticRegression, _ data: TrainingData, requestOffsets: () -> [Int], scaler: StandardScaler,
    warmStart: Coefficients?, progress: @escaping (IterationReport) -> Void
  ) throws -> (Fit, PairCounts?) {
    guard objective == .pairwise else {
      return (try regression.fit(data, scaler: scaler, warmStart: warmStart, progress: progress), nil)
    }
    let result = try regression.fitPairs(
      data, requestOffsets: requestOffsets(), scaler: scaler, pairWeight: pairWeight ?? .pair, warmStart: warmStart,
      progress: progress)
    return (result.fit, PairCounts(pairs: result.pairs, skippedRequests: result.skippedRequests))
  }

  /// The parameters that the manifest holds beside a pointwise fit's.
  var recorded: [String: ModelManifest.Parameter] {
    guard objective == .pairwise else { return [:] }
    return ["objective": .text(objective.rawValue), "pair_weight": .text((pairWeight ?? .pair).rawValue)]
  }
}

/// What a pairwise fit read.
struct PairCounts {
  let pairs: Int
  let skippedRequests: Int
}
