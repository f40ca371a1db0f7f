internal import Datasets
internal import Evaluation
internal import Files
internal import Models
internal import Reports

/// The HTML page of `train compare --report`.
struct CompareReport {
  let models: [ComparedModel]
  let dataset: Dataset
  let split: SplitName

  /// Writes the page whole or not at all.
  func write(to path: String) throws { try writeFileAtomically(Array(page.html().utf8), to: path) }

  private var page: ReportPage {
    ReportPage(
      title: models.map(\.artifact.reference).joined(separator: " · "),
      subtitle:
        "\(dataset.path), \(split.rawValue): \(grouped(models[0].evaluation.rows)) rows, the same for all models",
      sections: [summary, metrics, differences, curves, provenance],
      footer: "train \(toolVersion). Intervals are 95 %; every draw of the bootstrap takes the same requests for all.")
  }

  private var summary: ReportSection {
    ReportSection(
      "Summary",
      models.compactMap { model in
        model.comparison.map { comparison in
          let differences = comparison.differences
          let told = differences.filter { $0.verdict != 0 }.map { "\($0.verdictText) in \($0.name)" }
          let verdicts = Set(differences.map(\.verdict)).subtracting([0])
          let tone: Tone = verdicts == [1] ? .good : verdicts == [-1] ? .bad : verdicts.isEmpty ? .plain : .warning
          let words = told.isEmpty ? "not told apart on these rows" : told.joined(separator: ", ")
          return .note(tone, "\(model.artifact.reference) against \(comparison.other): \(words).")
        }
      })
  }

  private var metrics: ReportSection {
    var table = DataTable(
      "\(split.rawValue), as logged",
      header: ["metric"] + models.flatMap { [$0.artifact.reference, "95 % interval"] })
    for metric in models[0].evaluation.metrics {
      table.add(
        [metric.name] + models.flatMap { [cell($0.value(metric.name)), interval($0.value(metric.name))] })
    }
    return ReportSection("Metrics", [.table(table)])
  }

  private var differences: ReportSection {
    let names = models[0].evaluation.metrics.map(\.name)
    let compared = models.compactMap { model in model.comparison.map { (model.artifact.reference, $0) } }
    let shown = (compared.first?.1.differences ?? []).map(\.name).filter { $0 != "log_loss" || names.contains($0) }
    let charts = shown.map { name in
      Chart.intervals(
        "\(name) less \(models[0].artifact.reference)'s",
        name == "log_loss" ? "Below 0 is better." : "Above 0 is better.", axis: Axis("difference"),
        rows: compared.compactMap { reference, comparison in
          comparison.differences.first { $0.name == name }.flatMap { metric in
            let tone: Tone = [-1: .bad, 0: .plain, 1: .good][metric.verdict] ?? .plain
            return metric.value.map { Chart.Row(reference, Estimate($0), tone: tone) }
          }
        })
    }
    return ReportSection("Differences", [.charts(charts)])
  }

  private var curves: ReportSection {
    let all = models.compactMap { model in model.curves.map { (model.artifact.reference, $0) } }
    let roc = Chart.line(
      "ROC", "Positives found against negatives taken along.", x: Axis("false positive rate", range: 0...1),
      y: Axis("recall", range: 0...1),
      series: all.map { name, curves in
        Series(name, curves.thresholds.map { .init($0.falsePositiveRate, $0.recall) })
      } + [Series("chance", style: .reference, [.init(0, 0), .init(1, 1)])])
    let depths = all.first?.1.depths ?? []
    let depth = Chart.line(
      "NDCG by k", "As served; the bands are 95 % intervals of each model, wider than those of the differences.",
      x: Axis("k", places: depths.map { "\($0)" }), y: Axis("NDCG@k"),
      series: all.map { name, curves in
        Series(name, curves.ndcg.enumerated().map { .init(Double($0), $1.value, low: $1.low, high: $1.high) })
      })
    let highest = all.flatMap { $0.1.reliability.map { max($0.predicted, $0.seen.value) } }.max() ?? 1
    let reliability = Chart.line(
      "Reliability", "Ten groups of rows by prediction. On the line is right.",
      x: Axis("predicted", range: 0...max(highest, 1e-6), format: .percent),
      y: Axis("positive", range: 0...max(highest, 1e-6), format: .percent),
      series: all.map { name, curves in
        Series(name, curves.reliability.map { .init($0.predicted, $0.seen.value) })
      } + [Series("right", style: .reference, [.init(0, 0), .init(highest, highest)])])
    return ReportSection("Curves", [.charts([roc, reliability] + (depths.isEmpty ? [] : [depth]))])
  }

  private var provenance: ReportSection {
    ReportSection(
      "Where it comes from",
      [
        .facts(
          [Fact("dataset", dataset.path), Fact("fingerprint", dataset.fingerprint)]
            + models.map { Fact($0.artifact.reference, $0.artifact.hash) })
      ])
  }
}
