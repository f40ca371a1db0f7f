internal import Datasets
internal import Evaluation
internal import Files
internal import Learning
internal import Models
internal import Reports

/// The HTML page of `train eval --report`.
struct EvalReport {
  let artifact: ModelArtifact
  let dataset: Dataset
  let split: SplitName
  let evaluation: Evaluation
  let extras: EvalExtras
  let curves: Curves

  /// Writes the page whole or not at all.
  func write(to path: String) throws { try writeFileAtomically(Array(page.html().utf8), to: path) }

  private var page: ReportPage {
    ReportPage(
      title: "\(artifact.reference) on \(datasetName)",
      subtitle: "\(split.rawValue): \(grouped(evaluation.rows)) rows, \(grouped(evaluation.positives)) positive, "
        + "\(grouped(evaluation.requests)) requests of which \(grouped(evaluation.requestsUsed)) have a positive",
      sections: [summary, metrics, ranking, probabilities] + [slices, features, provenance].compactMap { $0 },
      footer: "train \(toolVersion). Intervals are 95 %; draws of the bootstrap take whole requests.")
  }

  private var datasetName: String { String(dataset.path.split(separator: "/").last ?? "") }

  private var summary: ReportSection {
    var blocks: [ReportBlock] = EvaluationVerdict(evaluation, extras).sentences.map { .note($0.tone, $0.text) }
    if let caution = artifact.calibration?.caution(on: split) { blocks.append(.note(.warning, caution)) }
    return ReportSection("Summary", blocks)
  }

  private var metrics: ReportSection {
    var table = DataTable("\(split.rawValue), as logged", header: ["metric", "value", "95 % interval"])
    for metric in evaluation.metrics { table.add([metric.name, cell(metric.value), interval(metric.value)]) }
    var blocks: [ReportBlock] = [.table(table), .table(rankings)]
    if let comparison = extras.comparison { blocks.append(.table(comparison.table)) }
    return ReportSection("Metrics", blocks)
  }

  private var rankings: DataTable {
    let names = ["auc", "ndcg@5", "ndcg@10", "mrr"]
    var table = DataTable("as served", header: ["ranking"] + names + ["model's lead in ndcg@5"])
    func add(_ name: String, _ metrics: [Evaluation.Metric], lead: MetricValue?) {
      let cells = names.map { wanted in cell(metrics.first { $0.name == wanted }?.value) }
      table.add([name] + cells + [lead.map { "\(cell($0)) (\(interval($0)))" } ?? ""])
    }
    add("model", evaluation.asServed ?? evaluation.metrics, lead: nil)
    for baseline in evaluation.baselines { add(baseline.name, baseline.metrics, lead: baseline.ndcgDifference) }
    return table
  }

  private var ranking: ReportSection {
    ReportSection(
      "Order",
      [.charts([curves.roc, curves.precisionRecall, curves.lift] + [curves.depth].compactMap { $0 })])
  }

  private var probabilities: ReportSection {
    ReportSection("Probabilities", [.charts([curves.reliabilityChart] + [curves.histogram].compactMap { $0 })])
  }

  private var slices: ReportSection? {
    guard !extras.slices.isEmpty else { return nil }
    let worse = extras.slices.filter { !$0.worse.isEmpty }
    let sentence: ReportBlock =
      worse.isEmpty
      ? .note(.good, "No slice is worse than the other rows beyond noise (Holm's correction, 5 %).")
      : .note(
        .warning,
        "Worse than the other rows beyond noise: "
          + worse.map { "\($0.column) \($0.value) (\($0.worse.joined(separator: ", ")))" }.joined(separator: "; ")
          + ". A slice may be harder for any model; compare it with the baselines there.")
    let rows = extras.slices.compactMap { slice in
      slice.auc.map {
        Chart.Row("\(slice.column) \(slice.value)", Estimate($0), tone: slice.worse.isEmpty ? .plain : .warning)
      }
    }
    var table = DataTable(
      "slices", header: ["slice", "rows", "positive", "auc", "95 % interval", "ndcg@5", "verdict"])
    for slice in extras.slices {
      table.add(
        [
          "\(slice.column) \(slice.value)", grouped(slice.rows), grouped(slice.positives), cell(slice.auc),
          interval(slice.auc), cell(slice.ndcg), slice.warning,
        ], tone: slice.worse.isEmpty ? .plain : .warning)
    }
    let overall = evaluation.metrics.first { $0.name == "auc" }?.value?.value
    let chart = Chart.intervals(
      "AUC by slice", "The dashed line is the AUC of all rows.", axis: Axis("AUC"), rows: rows, reference: overall)
    return ReportSection("Slices", [sentence, .charts([chart]), .table(table)])
  }

  private var features: ReportSection? {
    let model = artifact.model
    let largest = model.coefficients.indices.sorted {
      (-abs(model.coefficients[$0]), $0) < (-abs(model.coefficients[$1]), $1)
    }.prefix(25)
    let estimates = ModelEstimates(model)
    let rows = largest.map { index in
      let bounds = estimates?.coefficients[index].interval
      return Chart.Row(
        model.features[index],
        Estimate(model.coefficients[index], low: bounds?.lowerBound, high: bounds?.upperBound))
    }
    let said =
      estimates.map { "With 95 % intervals; standard errors: \($0.assumption)." }
      ?? "Without intervals: the model was fitted without --standard-errors."
    var charts = [
      Chart.intervals(
        "Coefficients", "Change of the log-odds by a standard deviation of the feature. \(said)",
        axis: Axis("coefficient"), rows: rows)
    ]
    if !extras.importance.isEmpty {
      charts.append(
        .intervals(
          "Permutation importance",
          "What the AUC loses when the feature's values are dealt out to other requests; 95 % of the repeats.",
          axis: Axis("AUC lost"),
          rows: extras.importance.prefix(25).compactMap { feature in
            feature.aucDrop.map {
              Chart.Row(feature.name, Estimate($0), tone: feature.isSuspect ? .warning : .plain)
            }
          }))
      charts.append(
        .intervals(
          "Contribution", "How far a feature moves the log-odds of a row, on average.", axis: Axis("mean |w·x|"),
          rows: extras.importance.sorted { ($1.contribution, $0.name) < ($0.contribution, $1.name) }.prefix(25).map {
            Chart.Row($0.name, Estimate($0.contribution))
          }))
    }
    return ReportSection("Features", [.charts(charts)])
  }

  private var provenance: ReportSection? {
    let manifest = artifact.manifest
    var facts = [
      Fact("model", artifact.path), Fact("manifest SHA-256", artifact.hash),
      Fact("made by", "train \(manifest.toolVersion), seed \(manifest.seed)"),
      Fact(
        "parameters",
        manifest.parameters.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")),
      Fact("fitted on", "\(manifest.dataset.name), \(grouped(manifest.dataset.rows)) rows"),
      Fact("fingerprint of that dataset", manifest.dataset.fingerprint),
      Fact("evaluated on", "\(dataset.path), \(split.rawValue)"),
      Fact("fingerprint of this dataset", dataset.fingerprint),
      Fact("split", "by \(dataset.description.split.rule.rawValue)"),
    ]
    if let calibration = artifact.calibration {
      facts.append(
        Fact("calibration", "\(calibration.method) on \(grouped(calibration.rows)) rows of \(calibration.split)"))
    }
    for source in dataset.description.sources { facts.append(Fact("source \(source.name)", source.sha256 ?? "–")) }
    return ReportSection("Where it comes from", [.facts(facts)])
  }
}

extension Comparison {
  /// The differences as a table of a report.
  var table: DataTable {
    var table = DataTable("less \(other)", header: ["metric", "difference", "95 % interval", "verdict"])
    for metric in differences {
      let tone: Tone = [-1: .bad, 0: .plain, 1: .good][metric.verdict] ?? .plain
      table.add([metric.name, cell(metric.value), interval(metric.value), metric.verdictText], tone: tone)
    }
    return table
  }
}

extension Estimate {
  /// A metric with its interval.
  init(_ metric: MetricValue) { self.init(metric.value, low: metric.low, high: metric.high) }
}
