internal import Datasets
internal import Features
internal import Foundation
internal import Learning
internal import LinAlg
internal import Models
internal import Tracking

extension FitCommand {
  /// Fits a sparse dataset, writes the model, shows it and returns it.
  func fit(
    _ dataset: Dataset, _ columns: SparseColumns, _ train: DatasetSplit, run: RunRecorder?
  ) throws -> ModelArtifact {
    guard let arrays = train.sparse else { preconditionFailure("\(dataset.path) has no sparse arrays") }
    let matrix = try matrix(arrays, owner: train)
    let data = SparseTrainingData(features: matrix, labels: train.labels, weights: train.weights)
    let warm = try warmStart.map { try ModelRegistry(root: models).load($0) }
    try warm?.requireFeatures([], sparse: columns, of: dataset.path)

    let penalty = Penalty(l1: 0, l2: l2)
    let progress = output.progress("fit", unit: "iterations")
    let clock = ContinuousClock.now
    let scale = sparse.scaling == SparseScaling.none ? nil : data.maxAbsScale()
    let fit = try regression(penalty).fit(
      data, scale: scale, intercept: !sparse.noIntercept, warmStart: warm.map { start(of: $0, scale: scale) }
    ) {
      progress.update($0.iteration)
      run?.step($0)
    }
    let seconds = (ContinuousClock.now - clock) / .seconds(1)
    progress.finish(
      "\(fit.report.iterations) iterations, largest gradient entry \(scientific(fit.report.gradientNorm)) of a row")
    guard fit.report.converged else { throw FitFailure.notConverged(fit.report) }

    let (model, scaling) = files(of: fit.coefficients, columns, scale: scale)
    let calibration = try calibration(Scorer(model: model, scaling: scaling), on: dataset)
    let scorer = Scorer(model: model, scaling: scaling, calibration: calibration)
    let (metrics, _) = try measured(scorer, dataset: dataset, train: train)
    let card = ModelCard(dataset: dataset, model: model, metrics: metrics, penalty: penalty, classWeight: classWeight)
    var parameters = recorded(fit.report, penalty)
    parameters["scaling"] = .text((sparse.scaling ?? .maxAbs).rawValue)
    parameters["intercept"] = .text(sparse.noIntercept ? "none" : "free")
    let artifact = try ModelRegistry(root: models).add(
      .init(
        model: model, scaling: scaling, featureSet: nil, calibration: calibration, metrics: metrics, card: card.text,
        dataset: .init(
          name: URL(fileURLWithPath: dataset.path).lastPathComponent, fingerprint: dataset.fingerprint,
          rows: train.rowCount),
        parameters: parameters, seed: seed), as: name)
    run?.set(artifact)
    run?.set(parameters)
    run?.set(figures(fit.report, seconds: seconds, metrics: metrics))
    try show(artifact, fit, seconds: seconds, metrics: metrics, path: nil)
    return artifact
  }

  /// Throws where an option was given that sparse datasets know nothing of.
  func refuseDenseOptions(_ dataset: Dataset) throws(DatasetError) {
    guard [.auto, .newtonCG].contains(solver) else {
      throw .file(dataset.path, "is sparse: --solver \(solver.rawValue) needs dense rows; use auto or newton-cg")
    }
    guard l1 == 0, !path.isOn else {
      throw .file(dataset.path, "is sparse: --l1 and --path need dense rows; use --l2")
    }
    guard objective.objective == .pointwise else {
      throw .file(dataset.path, "is sparse: --objective pairwise needs dense rows; leave it out")
    }
    guard memory.mapsFeatures else {
      throw .file(dataset.path, "is sparse: --memory is for dense rows; leave it out")
    }
    guard standardErrors == .none else {
      throw .file(
        dataset.path,
        "is sparse: standard errors would need a Hessian of all its columns; leave --standard-errors out")
    }
  }

  private func matrix(_ arrays: SparseArrays, owner: DatasetSplit) throws -> CSRMatrix {
    do {
      return try CSRMatrix(
        columns: arrays.columnCount, offsets: arrays.offsets, indices: arrays.indices, values: arrays.values,
        owner: owner, threads: threads ?? Parallel.availableCores)
    } catch { throw DatasetError.file(arrays.path, "\(error); import the data again") }
  }

  /// The model and the scaler as they are written: only what is not 0, and not 1.
  private func files(
    of coefficients: Coefficients, _ columns: SparseColumns, scale: [Double]?
  ) -> (LinearModel, FeatureScaling) {
    let listed = coefficients.weights.indices.filter { coefficients.weights[$0] != 0 }
    let scaled = scale.map { scale in listed.filter { scale[$0] != 1 } } ?? []
    return (
      LinearModel(
        features: listed.map(columns.name), coefficients: listed.map { coefficients.weights[$0] },
        intercept: coefficients.intercept, sparse: columns),
      FeatureScaling(
        features: scaled.map(columns.name), mean: scaled.map { _ in 0 }, scale: scaled.map { scale?[$0] ?? 1 })
    )
  }

  /// Where a warm start begins: the same function of the raw columns, under another scaling.
  private func start(of artifact: ModelArtifact, scale: [Double]?) -> Coefficients {
    let old = Scorer(artifact)
    return Coefficients(
      weights: old.weights.indices.map { old.weights[$0] * (scale?[$0] ?? 1) }, intercept: old.intercept)
  }
}
