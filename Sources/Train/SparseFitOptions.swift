internal import ArgumentParser
internal import Datasets

/// How the columns of a sparse dataset are scaled.
enum SparseScaling: String, CaseIterable, ExpressibleByArgument {
  case none
  case maxAbs = "max-abs"
}

/// The options of `train fit` that are for sparse datasets alone.
struct SparseFitOptions: ParsableArguments {
  @Option(
    help: """
      What each feature is divided by: max-abs (its largest absolute value; the default), which leaves features of 0 and \
      1 as they are, or none.
      """)
  var scaling: SparseScaling?

  @Flag(help: "Fit without an intercept.")
  var noIntercept = false

  /// Throws where one of these was given for a dataset that is not sparse.
  func refuse(for dataset: Dataset) throws(DatasetError) {
    guard scaling == nil, !noIntercept else {
      let option = scaling != nil ? "--scaling" : "--no-intercept"
      throw .file(
        dataset.path,
        "has dense features, which are always standardised; \(option) is for sparse datasets: leave it out")
    }
  }
}
