internal import Events
internal import ExperimentAnalysis
internal import Experiments
internal import Foundation
internal import Models
internal import Reports

/// The page that `experiment analyze --report` writes.
struct ExperimentReport {
  let result: ExperimentResult

  func html() -> String {
    var sections = [
      ReportSection("Verdict", verdict), ReportSection("Checks", [.facts(checks)]),
      ReportSection("Variants", [.table(variants)]), ReportSection("Metrics", [.table(metrics), .charts(lifts)]),
    ]
    if !result.guardrails.isEmpty { sections.append(ReportSection("Guardrails", [.table(guardrails)])) }
    sections.append(ReportSection("Day by day", [.charts(result.treatments.indices.flatMap(days))]))
    return ReportPage(
      title: "Experiment \(result.experiment.name)",
      subtitle: "Requests of \(day(result.start)) to \(day(result.lastRequest)), \(grouped(result.counts.users)) users",
      sections: sections, footer: "Made by train \(toolVersion), experiment analyze."
    ).html()
  }

  private var names: [String] { result.variants.map(\.name) }

  private var verdict: [ReportBlock] {
    let tone: Tone =
      switch result.verdict.decision {
      case .ship: .good
      case .stop, .blocked: .bad
      case .keepRunning: .plain
      }
    let title = result.verdict.variant.map { "SHIP \(names[$0])" } ?? result.verdict.decision.title
    return [ReportBlock.note(tone, title)] + result.verdict.reasons.map { ReportBlock.text($0) }
  }

  private var checks: [Fact] {
    let counts = result.counts
    return [
      Fact(
        "sample ratio",
        "χ² \(fixed(result.sampleRatio.statistic, 2)), p = \(fixed(result.sampleRatio.pValue, 4))"
          + (result.sampleRatio.isMismatch ? ": MISMATCH" : "")),
      Fact("users with a history", grouped(result.usersWithHistory)),
      Fact("users of several variants, left out", grouped(counts.inSeveral)),
      Fact("users that the file assigns elsewhere", grouped(counts.misassigned)),
      Fact("responses to no counted request", grouped(counts.unattributed)),
      Fact("what decides", result.isFinal ? "one look at the planned end" : "figures that hold at any look"),
    ]
  }

  private var variants: DataTable {
    var table = DataTable(
      "What each variant's users did",
      header: [
        "variant", "users", "share planned", "requests", "fallbacks", "clicks", "accepts", "p50 ms", "p95 ms", "p99 ms",
      ])
    for variant in result.variants {
      let sums = variant.sums
      let latency = [0.5, 0.95, 0.99].map { p -> String in
        variant.traffic.latency.quantile(p).map { fixed($0, 2) } ?? "–"
      }
      let counts = [sums.requests, sums.fallbacks, sums.clicks, sums.accepts].map { grouped(Int($0)) }
      table.add([variant.name, grouped(variant.users), "\(fixed(100 * variant.share, 2)) %"] + counts + latency)
    }
    return table
  }

  private var metrics: DataTable {
    var table = DataTable(
      "Each metric, with the change against \(names[result.control]); the first decides",
      header: ["metric", "variant", "value", "change", "95 % interval", "p one look", "p any look", "P(best)"])
    for analysis in result.metrics {
      for variant in names.indices {
        let comparison = analysis.comparisons.first { $0.variant == variant }
        let lift = comparison?.best.lift
        let value = analysis.estimates.best[variant].map { String(format: "%.4g", $0.value) }
        let interval = lift.map { "\(percent($0.low)) … \(percent($0.high))" }
        let best = analysis.best.flatMap { best in
          best.variants.firstIndex(of: variant).map { "\(fixed(100 * best.posterior.probability[$0], 1)) %" }
        }
        let cells: [String?] = [
          analysis.metric.rawValue, names[variant], value, lift.map { percent($0.value) }, interval,
          comparison.map { fixed($0.fixedPValue, 4) }, comparison.map { fixed($0.sequentialPValue, 4) }, best,
        ]
        table.add(cells.map { $0 ?? "–" })
      }
    }
    return table
  }

  private var lifts: [Chart] {
    let rows = result.metrics.flatMap { analysis in
      analysis.comparisons.compactMap { comparison in
        comparison.best.lift.map { lift in
          Chart.Row(
            "\(analysis.metric.rawValue), \(names[comparison.variant])",
            Estimate(lift.value, low: lift.low, high: lift.high))
        }
      }
    }
    return rows.isEmpty
      ? []
      : [
        .intervals(
          "Change against \(names[result.control])", "Each with its 95 % interval; at 0 nothing changes.",
          axis: Axis("change", format: .percent), rows: rows)
      ]
  }

  private var guardrails: DataTable {
    var table = DataTable(
      "What may not get worse, in the metric's units", header: ["metric", "variant", "harm", "limit", "state"])
    for analysis in result.guardrails {
      table.add(
        [
          analysis.guardrail.metric.rawValue, names[analysis.variant],
          analysis.harm.map { String(format: "%.4g", $0) } ?? "–",
          analysis.limit.map { String(format: "%.4g", $0) } ?? "–", analysis.state.rawValue,
        ], tone: analysis.state == .broken ? .bad : analysis.state == .held ? .good : .plain)
    }
    return table
  }

  /// The difference of each day alone, and of everything so far with its confidence sequence.
  private func days(_ place: Int) -> [Chart] {
    let metric = result.metrics[0].metric.rawValue
    let name = names[result.treatments[place]]
    var (alone, together) = ([Series.Point](), [Series.Point]())
    for (index, day) in result.days.enumerated() {
      let x = Double(index + 1)
      if let difference = day.ofDay[place] {
        alone.append(.init(x, difference.value, low: difference.low, high: difference.high))
      }
      if let (difference, half) = day.upToNow[place], half.isFinite {
        together.append(.init(x, difference.value, low: difference.value - half, high: difference.value + half))
      }
    }
    let zero = Series("no difference", style: .reference, [.init(1, 0), .init(Double(max(2, result.days.count)), 0)])
    return [
      .line(
        "\(name): \(metric) up to each day",
        "The difference with the interval that holds at every look at once. It decides when it leaves 0.",
        x: Axis("day"), y: Axis("difference"), series: [Series(name, together), zero]),
      .line(
        "\(name): \(metric) of each day alone", "A gain that falls from day to day is novelty.", x: Axis("day"),
        y: Axis("difference"), series: [Series(name, style: .dots, alone), zero]),
    ]
  }

  private func percent(_ share: Double) -> String { String(format: "%+.2f %%", 100 * share) }

  private func day(_ time: Timestamp) -> String { String(time.description.prefix(10)) }
}
