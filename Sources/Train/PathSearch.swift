internal import Datasets
internal import Learning
internal import LinAlg
internal import RankingMetrics

/// `train fit --path`: the path, how its models do on rows not seen, and the choice.
struct PathSearch {
  let options: PathOptions
  let regression: LogisticRegression
  let seed: UInt64
  let output: OutputOptions

  /// Values of a path are fitted to no more than this; the model that is written is fitted to --tolerance.
  static let tolerance = 1e-7

  /// What came of it.
  struct Found {
    var record: PathRecord
    /// Of scaler and path, without folds.
    var seconds: Double
  }

  /// Fits the path and judges it.
  ///
  /// - Throws: `DatasetError` where there is nothing to choose by; `FitFailure` where a value did not converge.
  func run(_ train: DatasetSplit, _ data: TrainingData, of dataset: Dataset) throws -> Found {
    let validation = try dataset.split(.validation)
    let rule = options.rule ?? .minimum
    if rule != .none, options.cv == nil, validation.rowCount == 0 {
      throw DatasetError.file(
        dataset.path,
        "has no validation rows to choose a penalty by; expected --cv 5, or --rule none to see the path alone")
    }
    let folds = try options.cv.map { try self.folds($0, of: train, in: dataset) }
    var parameters = regression.parameters
    parameters.tolerance = max(parameters.tolerance, Self.tolerance)
    let regression = LogisticRegression(parameters)

    let progress = output.progress("path", unit: "values")
    let began = ContinuousClock.now
    let scaler = try StandardScaler.fit(data, threads: parameters.threads)
    let count = options.grid.length
    let path = try regression.fitPath(data, scaler: scaler, grid: options.grid) {
      progress.update($0, of: count)
    }
    let seconds = (ContinuousClock.now - began) / .seconds(1)
    progress.finish("\(count) values, \(path.gradientPasses) gradient and \(path.hessianPasses) Hessian passes")
    if let point = path.points.first(where: { !$0.converged }) {
      throw PathFailure.notConverged(l1: point.penalty.l1, violation: point.violation)
    }

    var measured = [[HeldOutMeasures]](repeating: [], count: path.points.count)
    if let folds {
      let progress = output.progress("cross-validation", unit: "fits")
      measured = try regression.crossValidate(
        data, folds: folds, penalties: path.points.map(\.penalty),
        progress: { progress.update($0, of: count * folds.count) }, measure: measure)
      progress.finish("\(folds.count) folds of \(count) values")
    } else if validation.rowCount > 0 {
      let rows = validation.trainingData
      try withExtendedLifetime(validation) {
        try rows.forEachScores(
          of: path.points.map(\.coefficients), scaler: scaler, rows: Array(0..<validation.rowCount),
          threads: parameters.threads
        ) { measured[$0] = [try measure($1)] }
      }
    }
    var record = PathRecord(
      judgedBy: folds != nil ? "cross-validation" : validation.rowCount > 0 ? "validation" : "none",
      folds: options.cv, foldUnit: options.cv.map { _ in options.cvBy ?? .request }, rule: rule,
      l1Ratio: options.grid.l1Ratio, tolerance: parameters.tolerance, gradientPasses: path.gradientPasses,
      hessianPasses: path.hessianPasses, values: zip(path.points, measured).map(PathRecord.Value.init))
    record.chosen = rule.choosing?.choice(record.values.compactMap(\.logLoss))
    return Found(record: record, seconds: seconds)
  }

  private func folds(_ count: Int, of train: DatasetSplit, in dataset: Dataset) throws -> Folds {
    var generator = SplitMix64(seed: seed)
    guard options.cvBy == .user else {
      return try Folds(requestOffsets: train.requestOffsets(), count: count, using: &generator)
    }
    guard let users = train.users else {
      throw DatasetError.file(
        "\(dataset.path)/train", "has no user.npy to make folds of; expected --cv-by request, or a dataset of events")
    }
    return try Folds(units: users, count: count, using: &generator)
  }

  private func measure(_ rows: HeldOutRows) throws -> HeldOutMeasures {
    let threads = regression.parameters.threads
    guard let loss = try logLoss(logits: rows.scores, labels: rows.labels, weights: rows.weights, threads: threads)
    else {
      throw DatasetError.input("the rows to judge by have no weight; expected a fold or a validation side that has")
    }
    return HeldOutMeasures(
      logLoss: loss,
      auc: try rocAUC(scores: rows.scores, labels: rows.labels, weights: rows.weights, threads: threads))
  }
}

extension DatasetSplit {
  /// The rows as solvers take them; valid while this value lives.
  var trainingData: TrainingData {
    TrainingData(
      features: MatrixView(
        baseAddress: matrix.baseAddress!, rows: rowCount, columns: columnCount, rowStride: columnCount),
      labels: labels, weights: weights)
  }
}

/// A path that ended without a model.
enum PathFailure: Error, CustomStringConvertible {
  case notConverged(l1: Double, violation: Double)

  var description: String {
    switch self {
    case .notConverged(let l1, let violation):
      """
      the path did not converge at l1 \(l1); optimality is missed by \(scientific(violation)) of a row. Nothing was \
      written; raise --max-iterations or --path-ratio, or lower --l1-ratio
      """
    }
  }
}
