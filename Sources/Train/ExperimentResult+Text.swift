internal import Events
internal import ExperimentAnalysis
internal import Experiments
internal import Foundation

extension ExperimentResult {
  /// What a person reads in the terminal.
  func text(badRecords: Int) -> String {
    let names = variants.map(\.name)
    let title = verdict.variant.map { "SHIP \(names[$0])" } ?? verdict.decision.title
    var parts = [
      "\(experiment.name): \(title)\n" + verdict.reasons.map { "  \($0)\n" }.joined(),
      checks(badRecords: badRecords), variantTable, metricTable,
    ]
    if !guardrails.isEmpty { parts.append(guardrailTable) }
    parts.append(dayChart)
    return parts.joined(separator: "\n\n").replacing("\n\n\n", with: "\n\n")
  }

  private func checks(badRecords: Int) -> String {
    var lines = [
      "requests of \(start.description.prefix(16)) to \(lastRequest.description.prefix(16)), "
        + (isFinal ? "the planned end: one look decides" : "still running: the figures valid at any look decide"),
      "sample ratio: χ² \(fixed(sampleRatio.statistic, 2)), p \(small(sampleRatio.pValue)) "
        + (sampleRatio.isMismatch ? "– MISMATCH" : "(alarm under \(SampleRatio.alarmLevel))"),
      "users: \(grouped(counts.users)), of them \(grouped(usersWithHistory)) with a history before the start",
    ]
    func note(_ count: Int, _ words: String) { if count > 0 { lines.append("\(grouped(count)) \(words)") } }
    note(counts.inSeveral, "users were served by more than one variant; they count in none")
    note(counts.misassigned, "users are not in the variant that the file assigns: its salt, weights or order changed?")
    note(counts.outsidePeriod, "requests of the experiment are outside the period")
    note(counts.withoutRequestID, "events have no request_id and do not count")
    note(counts.unattributed, "responses belong to no counted request within the attribution time")
    note(counts.duplicates, "requests came twice")
    note(badRecords, "records are not events")
    return lines.joined(separator: "\n")
  }

  private var variantTable: String {
    var table = Table(
      "variant", "users", "planned", "requests", "fallbacks", "p50 ms", "p95 ms", "p99 ms", "CTR", "accepted")
    let users = variants.reduce(0) { $0 + $1.users }
    for variant in variants {
      let sums = variant.sums
      func quantile(_ p: Double) -> String { variant.traffic.latency.quantile(p).map { fixed($0, 2) } ?? "–" }
      table.add(
        variant.name, grouped(variant.users), grouped(Int((variant.share * Double(users)).rounded())),
        grouped(Int(sums.requests)), share(sums.fallbacks, of: sums.requests), quantile(0.5), quantile(0.95),
        quantile(0.99), share(sums.clicks, of: sums.served), share(sums.accepts, of: sums.served))
    }
    return table.text
  }

  private var metricTable: String {
    var table = Table(
      "metric", "variant", "value", "change", "95 % interval", "p one look", "p any look", "any-look interval",
      "P(best)")
    for analysis in metrics {
      for variant in variants.indices {
        let comparison = analysis.comparisons.first { $0.variant == variant }
        let base = analysis.estimates.best[control]?.value ?? 0
        let lift = comparison?.best.lift
        let isFirst = variant == 0
        table.add(
          isFirst ? analysis.metric.rawValue : "", variants[variant].name,
          analysis.estimates.best[variant].map { short($0.value) } ?? "–", lift.map { signed($0.value) } ?? "",
          lift.map { "\(signed($0.low)) … \(signed($0.high))" } ?? "", comparison.map { small($0.fixedPValue) } ?? "",
          comparison.map { small($0.sequentialPValue) } ?? "",
          comparison.map { anyLook($0, base: base) } ?? "", probability(analysis, variant))
      }
    }
    let reduction = metrics.compactMap { analysis in
      analysis.estimates.varianceReduction.map { "\(analysis.metric.rawValue) \(fixed(100 * $0, 1)) %" }
    }
    guard !reduction.isEmpty else { return table.text }
    return table.text + "\nvariance that the users' history took away: \(reduction.joined(separator: ", "))"
  }

  private func anyLook(_ comparison: MetricAnalysis.Comparison, base: Double) -> String {
    guard base > 0, comparison.sequentialHigh.isFinite else { return "–" }
    return "\(signed(comparison.sequentialLow / base)) … \(signed(comparison.sequentialHigh / base))"
  }

  private func probability(_ analysis: MetricAnalysis, _ variant: Int) -> String {
    guard let best = analysis.best, let place = best.variants.firstIndex(of: variant) else { return "–" }
    return fixed(100 * best.posterior.probability[place], 1) + " %"
  }

  private var guardrailTable: String {
    var table = Table("guardrail", "variant", "harm", "limit", "state")
    for analysis in guardrails {
      table.add(
        analysis.guardrail.metric.rawValue, variants[analysis.variant].name, analysis.harm.map(short) ?? "–",
        analysis.limit.map(short) ?? "–", analysis.state.rawValue)
    }
    return table.text
  }

  /// Each treatment's difference by day, to see whether it wears off.
  private var dayChart: String {
    treatments.enumerated().map { place, variant in
      let values = days.map { $0.ofDay[place]?.value }
      let largest = values.compactMap { $0.map(abs) }.max() ?? 0
      return "\(variants[variant].name) by day, \(metrics[0].metric.rawValue) against \(variants[control].name), "
        + "±\(short(largest)):\n  \(sparkline(values, largest: largest))"
    }.joined(separator: "\n")
  }
}

extension Verdict.Decision {
  var title: String {
    switch self {
    case .ship: "SHIP"
    case .stop: "STOP"
    case .keepRunning: "KEEP RUNNING"
    case .blocked: "NO VERDICT"
    }
  }
}

/// One block a value from −`largest` to `largest`: the middle height is 0.
func sparkline(_ values: [Double?], largest: Double) -> String {
  let blocks = Array("▁▂▃▄▅▆▇█")
  return String(
    values.map { value in
      guard let value else { return " " }
      guard largest > 0 else { return blocks[3] }
      return blocks[min(7, max(0, Int((value / largest + 1) / 2 * 8)))]
    })
}

private func signed(_ share: Double) -> String { String(format: "%+.2f %%", 100 * share) }

private func short(_ value: Double) -> String { String(format: "%.4g", value) }

private func small(_ p: Double) -> String { p > 0 && p < 1e-4 ? scientific(p) : fixed(p, 4) }

private func share(_ part: Double, of whole: Double) -> String {
  whole > 0 ? fixed(100 * part / whole, 2) + " %" : "–"
}
