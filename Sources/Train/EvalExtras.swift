internal import ArgumentParser
internal import Datasets
internal import Evaluation
internal import JSON
internal import Models

/// What `eval` looks at beside the metrics, each if asked for.
struct EvalExtrasOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Another model to compare with on the same rows: paired differences with their intervals.",
      valueName: "model"))
  var against: String?

  @Option(
    help: ArgumentHelp(
      "Slices, comma-separated: \(SliceColumn.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "columns")
  )
  var by: String?

  @Flag(help: "What each feature is worth: permutation importance, contribution, and what it can do alone.")
  var importance = false

  @Flag(help: "Draw reliability and NDCG by k in the terminal.")
  var charts = false

  @Option(help: ArgumentHelp("Write an HTML page of everything; one that is there is replaced.", valueName: "file"))
  var report: String?

  /// Whether anything is wanted at all: it costs time and memory.
  var isWanted: Bool { against != nil || by != nil || importance || charts || report != nil }

  func validate() throws { _ = try columns() }

  func columns() throws -> [SliceColumn] {
    try by.map { list in
      try list.split(separator: ",", omittingEmptySubsequences: false).map { name in
        guard let column = SliceColumn(rawValue: String(name)) else {
          throw ValidationError(
            "--by \(name): expected some of \(SliceColumn.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return column
      }
    } ?? []
  }
}

/// What was found beside the metrics.
struct EvalExtras {
  let rows: ModelScores
  var comparison: Comparison?
  var slices: [Slice] = []
  var importance: [FeatureImportance] = []
  /// For a report or charts.
  var curves: Curves?
  private let drawsCharts: Bool

  init(
    _ wanted: EvalExtrasOptions, _ artifact: ModelArtifact, _ split: DatasetSplit, _ dataset: Dataset,
    options: Evaluation.Options, progress: Progress
  ) throws {
    rows = try ModelScores(artifact, split: split, dataset: dataset)
    drawsCharts = wanted.charts
    if wanted.charts || wanted.report != nil { curves = try Curves(of: rows, options: options) }
    if let against = wanted.against {
      let other = try ModelScores(loadModel(against), split: split, dataset: dataset)
      comparison = try Comparison(of: rows, from: other, options: options)
    }
    slices = try rows.slices(by: wanted.columns(), of: split, dataset.description)
    if wanted.importance {
      let count = artifact.model.features.count
      importance = try rows.importance(of: artifact, split: split, seed: options.seed) { done in
        progress.update(done, of: count)
      }.sorted { ($1.aucDrop?.value ?? 0, $0.name) < ($0.aucDrop?.value ?? 0, $1.name) }
    }
  }

  /// The tables, each after an empty line.
  var text: String {
    [
      drawsCharts ? curves?.text : nil, comparison.map(text), slices.isEmpty ? nil : sliceText,
      importance.isEmpty ? nil : importanceText,
    ]
    .compactMap { $0.map { "\n\n" + $0 } }.joined()
  }

  private func text(_ comparison: Comparison) -> String {
    var table = Table("\(rows.name) less \(comparison.other)", "difference", "95 % interval", "")
    for metric in comparison.differences {
      table.add(metric.name, cell(metric.value), interval(metric.value), metric.verdictText)
    }
    return table.text
  }

  private var sliceText: String {
    var table = Table("slice", "rows", "positive", "auc", "95 % interval", "ndcg@5", "")
    for slice in slices {
      table.add(
        "\(slice.column) \(slice.value)", grouped(slice.rows), grouped(slice.positives), cell(slice.auc),
        interval(slice.auc), cell(slice.ndcg), slice.warning)
    }
    return table.text
  }

  private var importanceText: String {
    var table = Table("feature", "auc lost", "95 % of repeats", "ndcg@5 lost", "moves log-odds", "auc alone", "")
    for feature in importance {
      table.add(
        feature.name, cell(feature.aucDrop), interval(feature.aucDrop), cell(feature.ndcgDrop),
        fixed(feature.contribution), feature.aucAlone.map { fixed($0) } ?? "–", feature.isSuspect ? "leak?" : "")
    }
    let suspects = importance.filter(\.isSuspect).map(\.name)
    let hint =
      suspects.isEmpty
      ? ""
      : "\nleak? \(suspects.joined(separator: ", ")) alone tells positives from negatives nearly always; make sure "
        + "that it is known before the answer is"
    return table.text + hint
  }

  func write(to writer: inout JSONWriter) {
    if let comparison {
      writer.key("against")
      writer.object { writer in
        writer.field("model", comparison.other)
        for metric in comparison.differences { writer.metric(metric.name, metric.value) }
      }
    }
    if !slices.isEmpty { writer.slices(slices) }
    if !importance.isEmpty { writer.importance(importance) }
  }
}

extension Evaluation.Metric {
  /// A difference in words.
  var verdictText: String {
    switch verdict {
    case 1: "better"
    case -1: "worse"
    default: value?.low == nil ? "" : "not told apart"
    }
  }
}

extension Slice {
  /// A warning, or nothing.
  var warning: String { worse.isEmpty ? "" : "worse in \(worse.joined(separator: ", "))" }
}

extension JSONWriter {
  mutating func metric(_ name: String, _ value: MetricValue?) {
    key(name)
    guard let value else {
      null()
      return
    }
    object { writer in
      writer.field("value", value.value)
      if let low = value.low { writer.field("low", low) }
      if let high = value.high { writer.field("high", high) }
    }
  }

  fileprivate mutating func slices(_ slices: [Slice]) {
    key("slices")
    array { writer in
      for slice in slices {
        writer.object { writer in
          writer.field("by", slice.column)
          writer.field("value", slice.value)
          writer.field("rows", slice.rows)
          writer.field("positives", slice.positives)
          writer.metric("auc", slice.auc)
          writer.metric("ndcg@5", slice.ndcg)
          writer.key("worse")
          writer.array { writer in for metric in slice.worse { writer.string(metric) } }
        }
      }
    }
  }

  fileprivate mutating func importance(_ features: [FeatureImportance]) {
    key("importance")
    array { writer in
      for feature in features {
        writer.object { writer in
          writer.field("feature", feature.name)
          writer.field("contribution", feature.contribution)
          if let alone = feature.aucAlone { writer.field("auc_alone", alone) }
          writer.metric("auc_drop", feature.aucDrop)
          writer.metric("ndcg@5_drop", feature.ndcgDrop)
          writer.field("leak_suspected", feature.isSuspect)
        }
      }
    }
  }
}
