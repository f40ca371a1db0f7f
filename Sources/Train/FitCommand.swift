internal import ArgumentParser
internal import Datasets
internal import Evaluation
internal import Foundation
internal import Learning
internal import LinAlg
internal import Models
internal import Tracking

struct FitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Fits a logistic regression and writes it as the next version of a model.",
    discussion: """
      Scales the features to mean 0 and variance 1, then minimises Σ wᵢ·log(1+exp(−yᵢzᵢ)) + ½·l2·‖w‖² + l1·‖w‖₁, the
      intercept free: scikit-learn's LogisticRegression with C = 1/l2, or elastic net with C = 1/(l1 + l2) and l1_ratio =
      l1/(l1 + l2). A fit that does not converge writes nothing and exits 1.

      With l1 above 0, coefficients that are not needed are exactly 0. --path fits a whole path of penalties and chooses
      one by log loss: on the validation side, or by --cv on folds of whole requests.

      Standard errors are of the coefficients of the scaled features, go into model.json, and are shown with z, p and
      95 % intervals by `train models show` and on the model card. hessian: the inverse of the objective's Hessian, l2
      included; takes rows for independent. request, user: the sandwich over requests or users, as statsmodels'
      cov_type="cluster"; lets the rows of a request, or of a user, depend on each other. With l2 above 0 they say how
      much the penalised coefficients would vary, not how far they are from the unpenalised ones. They cost a pass with a
      float64 Hessian, and so are not computed unless asked for.

      Calibration changes probabilities, never the order. It is fitted on validation, so the validation metrics of
      probabilities are optimistic after it; those on test are not. It goes into calibration.json.

        train fit --dataset datasets/demo --models models --name ranker
        train fit --dataset datasets/demo --models models --name ranker --l2 10 --class-weight balanced --warm-start ranker/1
        train fit --dataset datasets/demo --models models --name ranker --standard-errors request
        train fit --dataset datasets/demo --models models --name order --objective pairwise
        train fit --dataset datasets/demo --models models --name sparse --path --cv 5 --rule one-standard-error
        train fit --dataset datasets/demo --models models --name ranker --class-weight balanced --calibration platt
        train fit --dataset datasets/demo --mlflow http://127.0.0.1:5000 --mlflow-alias champion

      Each fit is a run in experiments/runs (`train runs list`). A run that cannot be recorded is a warning; one that
      MLflow does not take exits 1, with the model and the run whole.

      Sparse datasets (train dataset import-libsvm) are fitted by newton-cg, without centring: a feature is divided by
      its largest absolute value, or taken as it is with --scaling none.

        train fit --dataset datasets/words --name words --scaling none

      X.npy is mapped. With --memory it is read from disk in each pass instead, so that memory does not grow with the
      rows; the coefficients are the same bytes. Metrics of the train side are of about 1,000,000 rows, evenly spaced and
      in whole requests, where there are more; with --memory, those of the validation side too.

        train fit --dataset datasets/large --memory 256MB

      In a build with the trait MPI, mpirun has several processes fit one model together. Each takes its range of the
      rows or, where the path holds {rank}, the dataset of its number. See docs/clusters.md.

        mpirun -n 4 train fit --dataset datasets/large
        mpirun -n 4 train fit --dataset "datasets/shard-{rank}"
      """)

  @Option(help: "The dataset's folder; {rank} in it stands for the rank of a process that mpirun started.")
  var dataset: String

  @Option(help: "The folder of all models.")
  var models = "models"

  @Option(help: "The model's name; its versions count up from 1.")
  var name = "ranker"

  @Option(
    name: .customLong("l2"),
    help: "The strength of the L2 penalty, 1/C in scikit-learn's terms. (default: 1; 0 with --l1)")
  var givenL2: Double?

  @Option(name: .customLong("l1"), help: "The strength of the L1 penalty. (default: 0)")
  var givenL1: Double?

  @Option(help: "How the classes weigh: none, or balanced (each class half).")
  var classWeight = ClassWeight.none

  @Option(help: "Converged is where the largest gradient entry, divided by the sum of the weights, is at most this.")
  var tolerance = 1e-9

  @Option(help: "Give up after this many steps.")
  var maxIterations = 100

  @Option(help: "How to get there: \(LogisticRegression.Solver.allCases.map(\.rawValue).joined(separator: ", ")).")
  var solver = LogisticRegression.Solver.auto

  @Option(help: "Standard errors of coefficients: none, or hessian, request, user (these are independent: rows, ...).")
  var standardErrors = StandardErrorsChoice.none

  @Option(help: "Probabilities from log-odds, fitted on validation: none, platt (a sigmoid), isotonic (steps).")
  var calibration = CalibrationChoice.none

  @Option(help: "Begin at the coefficients of this model, NAME or NAME/VERSION.")
  var warmStart: String?

  @Option(help: "Threads; the result is the same at any number. All cores without.")
  var threads: Int?

  @Option(help: "Fixes the draws of the validation metrics' intervals.")
  var seed: UInt64 = 0

  @OptionGroup(title: "Regularisation path") var path: PathOptions

  @OptionGroup var tracking: TrackingOptions

  @OptionGroup var registration: MLflowModelOptions

  @OptionGroup var objective: ObjectiveOptions

  @OptionGroup(title: "Sparse datasets") var sparse: SparseFitOptions
  @OptionGroup var memory: MemoryOptions

  /// About how many rows of a side are measured after a fit, where there are more.
  private static let measuredRows = 1_000_000

  @OptionGroup var output: OutputOptions

  var l1: Double { givenL1 ?? 0 }
  var l2: Double { givenL2 ?? (l1 > 0 ? 0 : 1) }

  func validate() throws {
    try objective.validate(classWeight: classWeight, standardErrors: standardErrors)
    guard l1 >= 0, l1.isFinite else { throw ValidationError("--l1 \(l1): expected 0 or more") }
    if path.isOn, givenL1 != nil || givenL2 != nil {
      throw ValidationError("--l1 and --l2 are what --path looks for; expected --l1-ratio, or a fit without --path")
    }
    if path.isOn, objective.objective == .pairwise {
      throw ValidationError("--path with --objective pairwise: a path fits each row's label; expected --l1 or --l2")
    }
    if path.isOn, warmStart != nil {
      throw ValidationError("--warm-start: a path begins at its largest penalty, where all weights are zero")
    }
    if path.isOn, memory.memory != nil {
      throw ValidationError("--memory: a path of penalties maps the features; expected a fit without --path")
    }
    if l1 > 0 || path.isOn {
      guard solver == .auto || solver == .proximal else {
        throw ValidationError(
          "--solver \(solver.rawValue) takes no L1 penalty and no --path; expected auto or proximal")
      }
      guard standardErrors == .none else {
        throw ValidationError(
          "--standard-errors: an L1 penalty leaves coefficients without any, and a chosen penalty makes them too small; "
            + "expected none, or a fit by --l2 alone")
      }
    }
    guard l2 >= 0, l2.isFinite else { throw ValidationError("--l2 \(l2): expected 0 or more") }
    guard tolerance > 0, tolerance.isFinite else {
      throw ValidationError("--tolerance \(tolerance): expected more than 0")
    }
    guard maxIterations > 0 else { throw ValidationError("--max-iterations \(maxIterations): expected 1 or more") }
    guard threads.map({ (1...1024).contains($0) }) ?? true else {
      throw ValidationError("--threads: expected 1 to 1024")
    }
  }

  func run() throws {
    try Ranks.run { communicator in
      let path = try FitRows.path(dataset, for: communicator)
      let dataset = try Dataset(path: path)
      guard let columns = dataset.description.sparse else {
        try sparse.refuse(for: dataset)
        return try fitDense(with: communicator)
      }
      try refuseDenseOptions(dataset)
      if communicator.size > 1 { throw FitFailure.oneProcess("sparse rows are fitted") }
      let train = try dataset.split(.train)
      try tracking.record(subject(dataset, rows: train.rowCount), alias: registration.alias, output: output) {
        try fit(dataset, columns, train, run: $0)
      }
    }
  }

  private func subject(_ dataset: Dataset, rows: Int) -> RunSubject {
    RunSubject(
      command: "fit", dataset: dataset, split: .train, rows: rows, model: .init(name: name), parameters: requested)
  }

  private func fitDense(with communicator: any Communicator) throws {
    if path.isOn, communicator.size > 1 { throw FitFailure.oneProcess("--path fits") }
    let rows = try FitRows(
      path: dataset, memory: memory, threads: threads ?? Parallel.availableCores, communicator: communicator)
    // Of several ranks, the first alone reads and writes models and runs.
    guard communicator.rank == 0 else {
      _ = try fit(rows, run: nil)
      return
    }
    if path.isOn, path.rule == PathRule.none {
      let found = try searchPath(rows)
      return try output.show(found.record, seconds: found.seconds)
    }
    try tracking.record(
      subject(rows.dataset, rows: rows.data.totalRows), alias: registration.alias, output: output
    ) { try fit(rows, run: $0) }
  }

  /// Fits, writes the model, shows it and returns it; nil where another rank does.
  private func fit(_ rows: FitRows, run: RunRecorder?) throws -> ModelArtifact? {
    let dataset = rows.dataset
    let communicator = rows.data.partition.communicator
    let isFirst = communicator.rank == 0
    let registry = ModelRegistry(root: models)
    let start = isFirst ? try warmStart.map { try startingPoint(registry.load($0), for: dataset) } : nil
    let found = path.isOn ? try searchPath(rows) : nil
    let record = found?.record
    let penalty = record?.penalty ?? Penalty(l1: l1, l2: l2)

    let clock = ContinuousClock.now
    let (scaler, fit, pairs) = try naming(rows) {
      try self.fit(rows, penalty, start, at: record?.coefficients, run: run)
    }
    let seconds = (ContinuousClock.now - clock) / .seconds(1)
    guard fit.report.converged else {
      throw FitFailure.notConverged(fit.report)
    }

    let errors = try naming(rows) { try standardErrors(fit.coefficients, regression(penalty), rows, scaler: scaler) }
    let fingerprint = try dataset.fingerprint(over: communicator, isSharded: rows.isSharded)
    guard isFirst else { return nil }
    let model = LinearModel(
      features: dataset.featureNames, coefficients: fit.coefficients.weights, intercept: fit.coefficients.intercept,
      standardErrors: errors)
    let scaling = FeatureScaling(features: dataset.featureNames, mean: scaler.mean, scale: scaler.scale)
    let calibration = try calibration(Scorer(model: model, scaling: scaling), on: dataset)
    let scorer = Scorer(model: model, scaling: scaling, calibration: calibration)
    let (metrics, sampled) = try measured(scorer, dataset: dataset, train: rows.split)
    let card = ModelCard(
      dataset: dataset, model: model, metrics: metrics, penalty: penalty, classWeight: classWeight, pairs: pairs,
      shards: rows.isSharded ? (rows.data.totalRows, communicator.size) : nil)
    var parameters = recorded(fit.report, penalty)
    for (side, rows) in sampled { parameters["\(side)_metrics_rows"] = .number(Double(rows)) }
    if communicator.size > 1 { parameters["ranks"] = .number(Double(communicator.size)) }
    let artifact = try registry.add(
      .init(
        model: model, scaling: scaling, featureSet: dataset.featureSetText(), calibration: calibration,
        metrics: metrics, card: card.text,
        dataset: .init(
          name: URL(fileURLWithPath: dataset.path).lastPathComponent, fingerprint: fingerprint,
          rows: rows.data.totalRows),
        parameters: parameters, seed: seed,
        otherFiles: record.map { ["path.json": try $0.json(pretty: true)] } ?? [:]), as: name)
    run?.set(artifact)
    run?.set(parameters)
    run?.set(figures(fit.report, seconds: seconds, metrics: metrics))
    try show(artifact, fit, seconds: seconds, metrics: metrics, path: found)
    return artifact
  }

  private func searchPath(_ rows: FitRows) throws -> PathSearch.Found {
    let search = PathSearch(
      options: path, regression: regression(Penalty(l1: 0, l2: 0)), seed: seed, output: output)
    return try naming(rows) { try search.run(rows.split, rows.data, of: rows.dataset) }
  }

  func regression(_ penalty: Penalty) -> LogisticRegression {
    LogisticRegression(
      .init(
        l2: penalty.l2, l1: penalty.l1, classWeight: classWeight, tolerance: tolerance, maxIterations: maxIterations,
        solver: solver,
        threads: threads ?? Parallel.availableCores))
  }

  /// The parameters that the manifest holds.
  func recorded(_ report: FitReport, _ penalty: Penalty) -> [String: ModelManifest.Parameter] {
    var parameters: [String: ModelManifest.Parameter] = [
      "l2": .number(penalty.l2), "class_weight": .text(classWeight.rawValue), "tolerance": .number(tolerance),
      "solver": .text(report.solver),
    ]
    parameters.merge(objective.recorded) { $1 }
    if penalty.l1 > 0 { parameters["l1"] = .number(penalty.l1) }
    if calibration != .none { parameters["calibration"] = .text(calibration.rawValue) }
    if standardErrors != .none { parameters["standard_errors"] = .text(standardErrors.rawValue) }
    return parameters
  }

  private func fit(
    _ rows: FitRows, _ penalty: Penalty, _ start: StartingPoint?, at coefficients: Coefficients?, run: RunRecorder?
  ) throws -> (StandardScaler, Fit, PairCounts?) {
    let data = rows.data
    let communicator = data.partition.communicator
    let progress = Progress(label: "fit", unit: "iterations", quiet: output.quiet || communicator.rank > 0)
    let regression = regression(penalty)
    let scaler = try StandardScaler.fit(data, threads: regression.parameters.threads)
    // The first rank alone has one.
    let warm =
      warmStart == nil ? nil : try (start?.coefficients(for: scaler) ?? .zeros(data.columns)).summed(over: communicator)
    let (fit, pairs) = try objective.fit(
      regression, data, requestOffsets: rows.requestOffsets, scaler: scaler, warmStart: coefficients ?? warm
    ) {
      progress.update($0.iteration)
      run?.step($0)
    }
    progress.finish(
      "\(fit.report.iterations) iterations, largest gradient entry \(scientific(fit.report.gradientNorm)) of a row")
    return (scaler, fit, pairs)
  }

  /// Runs `body`; an error that names a row and a feature gains the file and the feature's name.
  private func naming<Result>(_ rows: FitRows, _ body: () throws -> Result) throws -> Result {
    let dataset = rows.dataset
    do {
      return try body()
    } catch LearningError.nonFinite(let row, let feature) {
      let place = rows.place(of: row)
      throw DatasetError.file(
        "\(place.dataset)/train/X.npy",
        "row \(place.row), feature \"\(dataset.featureNames[feature])\" is not finite; mend the data and build it again"
      )
    } catch LearningError.undetermined(let feature?) {
      throw DatasetError.file(
        "\(dataset.path)/train/X.npy",
        "feature \"\(dataset.featureNames[feature])\" is constant or made up of the features before it, and --l2 \(l2) "
          + "does not settle its coefficient, so that it has no standard error; drop the feature, raise --l2, or fit "
          + "with --standard-errors none. Nothing was written")
    }
  }

  private func startingPoint(_ artifact: ModelArtifact, for dataset: Dataset) throws -> StartingPoint {
    guard artifact.model.features == dataset.featureNames else {
      throw ModelError.mismatch("--warm-start \(artifact.reference) has other features than \(dataset.path)")
    }
    return StartingPoint(artifact: artifact)
  }

  /// The metrics that go into the artifact: validation with intervals, train without, and of a sample where there are
  /// many rows, with the number of its rows. The validation side is sampled only where memory is scarce.
  func measured(_ scorer: Scorer, dataset: Dataset, train: DatasetSplit) throws -> (
    ModelMetrics, sampled: [String: Int]
  ) {
    var metrics: ModelMetrics = [:]
    var sampled: [String: Int] = [:]
    let validation = try dataset.split(.validation, mapsFeatures: memory.mapsFeatures)
    for (side, split, replicates) in [
      (SplitName.train, train.sparse == nil ? train.sample(ofAbout: Self.measuredRows) : train, 0),
      (.validation, memory.mapsFeatures ? validation : validation.sample(ofAbout: Self.measuredRows), 200),
    ] where split.rowCount > 0 {
      let evaluation = try Evaluation(
        scorer: scorer, split: split, dataset: dataset.description,
        options: .init(replicates: replicates, seed: seed))
      metrics[side.rawValue] = Dictionary(
        uniqueKeysWithValues: evaluation.metrics.compactMap { metric in metric.value.map { (metric.name, $0) } })
      if split.isSample { sampled[side.rawValue] = split.rowCount }
    }
    return (metrics, sampled)
  }

  func show(
    _ artifact: ModelArtifact, _ fit: Fit, seconds: Double, metrics: ModelMetrics, path: PathSearch.Found?
  ) throws {
    let report = fit.report
    let weights = fit.coefficients.weights
    let nonZeros = weights.count { $0 != 0 }
    var table = Table("", "train", "validation", "95 % interval")
    for name in ["auc", "log_loss", "ndcg@5"] {
      let validation = metrics["validation"]?[name]
      table.add(
        name, cell(metrics["train"]?[name]), cell(validation), interval(validation))
    }
    try output.print(
      text: """
        \(path.map { $0.record.table + "\n\n" } ?? "")\(artifact.path)  \(artifact.hash.prefix(12))
        \(report.solver), \(report.iterations) iterations, \(report.gradientPasses) gradient and \
        \(report.hessianPasses) Hessian passes, objective \(fixed(report.objective, 3)), \(fixed(seconds, 3)) s
        stopped: \(report.stopReason)
        \(grouped(nonZeros)) of \(grouped(weights.count)) coefficients are not zero

        \(table.text)\(artifact.calibration?.caution(on: .validation).map { "\n" + $0 } ?? "")
        """
    ) { writer in
      writer.field("model", artifact.path)
      writer.field("version", Int(artifact.path.split(separator: "/").last ?? "") ?? 0)
      writer.field("seconds", seconds)
      writer.field("scaler_seconds", seconds - report.seconds)
      writer.field("solver_seconds", report.seconds)
      writer.field("solver", report.solver)
      writer.field("iterations", report.iterations)
      writer.field("passes", report.gradientPasses + report.hessianPasses)
      writer.field("gradient_passes", report.gradientPasses)
      writer.field("hessian_passes", report.hessianPasses)
      writer.field("objective", report.objective)
      writer.field("gradient_norm", report.gradientNorm)
      writer.field("converged", report.converged)
      writer.field("stop_reason", report.stopReason)
      writer.field("standard_errors", standardErrors.rawValue)
      writer.field("calibration", calibration.rawValue)
      writer.field("non_zeros", nonZeros)
      guard let path else { return }
      try writer.field("path", path.record)
      writer.field("path_seconds", path.seconds)
    }
  }
}

/// Where a warm start begins: the same function of the raw features, under another scaling.
private struct StartingPoint {
  let artifact: ModelArtifact

  func coefficients(for scaler: StandardScaler) -> Coefficients {
    let old = Scorer(artifact)
    let weights = zip(old.weights, scaler.scale).map { $0 * $1 }
    let intercept = zip(old.weights, scaler.mean).reduce(old.intercept) { $0 + $1.0 * $1.1 }
    return Coefficients(weights: weights, intercept: intercept)
  }
}

/// A fit that ended without a model.
enum FitFailure: Error, CustomStringConvertible {
  case notConverged(FitReport)
  /// What was asked of several processes is for one: what.
  case oneProcess(String)
  /// A dataset's path asks for a rank, and no launcher gave one.
  case noRanks(String)

  var description: String {
    switch self {
    case .oneProcess(let what):
      "\(what) in one process; run it without mpirun"
    case .noRanks(let path):
      """
      \(path): {rank} stands for the number of a process that mpirun started, and this one it did not; name one dataset, \
      or run a build with the trait MPI under mpirun
      """
    case .notConverged(let report):
      """
      the fit did not converge in \(report.iterations) iterations (\(report.stopReason)); the largest gradient entry is \
      \(scientific(report.gradientNorm)) of a row. Nothing was written; raise --max-iterations, --tolerance or --l2
      """
    }
  }
}
