internal import Datasets
internal import Evaluation
internal import Learning
internal import Models
internal import Tracking

extension RunRecorder {
  /// Records where a fit stands.
  func step(_ report: IterationReport) {
    step([
      "iteration": Double(report.iteration), "rows": Double(report.rows), "objective": report.objective,
      "gradient_norm": report.gradientNorm, "step_size": report.stepSize,
    ])
  }

  /// Records the figures of an evaluation by side: `test/auc`, `test/as_served/ndcg@5`, `test/popularity/ndcg@5`.
  func set(_ evaluation: Evaluation, split: SplitName) {
    var figures: [String: MetricValue] = [:]
    func add(_ metrics: [Evaluation.Metric], _ prefix: String) {
      for metric in metrics { figures["\(split.rawValue)/\(prefix)\(metric.name)"] = metric.value }
    }
    add(evaluation.metrics, "")
    add(evaluation.asServed ?? [], "as_served/")
    for baseline in evaluation.baselines { add(baseline.metrics, "\(baseline.name.replacing(" ", with: "_"))/") }
    set(figures)
  }
}

extension FitCommand {
  /// The parameters as they were asked for; the manifest's, which say what was done, come on top after the fit.
  var requested: [String: ModelManifest.Parameter] {
    var parameters: [String: ModelManifest.Parameter] = [
      "l2": .number(l2), "class_weight": .text(classWeight.rawValue), "tolerance": .number(tolerance),
      "solver": .text(solver.rawValue), "max_iterations": .number(Double(maxIterations)), "seed": .text("\(seed)"),
      "standard_errors": .text(standardErrors.rawValue),
    ]
    if l1 > 0 { parameters["l1"] = .number(l1) }
    if path.isOn { parameters["path"] = .text("\(path.grid.length) values, \((path.rule ?? .minimum).rawValue)") }
    if let warmStart { parameters["warm_start"] = .text(warmStart) }
    return parameters.merging(objective.recorded) { $1 }
  }

  /// The final figures of a fit: how it went, and `train/auc`, `validation/auc` and so on.
  func figures(_ report: FitReport, seconds: Double, metrics: ModelMetrics) -> [String: MetricValue] {
    var figures: [String: MetricValue] = [
      "objective": .init(value: report.objective), "gradient_norm": .init(value: report.gradientNorm),
      "iterations": .init(value: Double(report.iterations)),
      "gradient_passes": .init(value: Double(report.gradientPasses)),
      "hessian_passes": .init(value: Double(report.hessianPasses)), "fit_seconds": .init(value: seconds),
    ]
    for (side, values) in metrics { for (name, value) in values { figures["\(side)/\(name)"] = value } }
    return figures
  }
}
