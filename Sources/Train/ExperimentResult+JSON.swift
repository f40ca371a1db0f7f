internal import Events
internal import ExperimentAnalysis
internal import Experiments
internal import JSON

extension ExperimentResult {
  /// What a program reads.
  func write(to writer: inout JSONWriter) {
    writer.field("experiment", experiment.name)
    writer.field("control", variants[control].name)
    writer.field("start", start.description)
    writer.field("last_request", lastRequest.description)
    writer.field("final", isFinal)
    writer.key("verdict")
    writer.object { writer in
      writer.field("decision", verdict.decision.rawValue)
      if let variant = verdict.variant { writer.field("variant", variants[variant].name) }
      if let days = verdict.daysMore { writer.field("days_more", days) }
      writer.key("reasons")
      writer.array { writer in verdict.reasons.forEach { writer.string($0) } }
    }
    writer.key("sample_ratio")
    writer.object { writer in
      writer.field("statistic", finite: sampleRatio.statistic)
      writer.field("p", sampleRatio.pValue)
      writer.field("mismatch", sampleRatio.isMismatch)
    }
    writer.key("counts")
    writer.object { writeCounts(to: &$0) }
    writer.key("variants")
    writer.array { writer in for variant in variants { writer.object { variant.write(to: &$0) } } }
    writer.key("metrics")
    writer.array { writer in for analysis in metrics { writer.object { write(analysis, to: &$0) } } }
    writer.key("guardrails")
    writer.array { writer in
      for analysis in guardrails {
        writer.object { writer in
          writer.field("metric", analysis.guardrail.metric.rawValue)
          writer.field("variant", variants[analysis.variant].name)
          writer.field("state", analysis.state.rawValue)
          if let harm = analysis.harm { writer.field("harm", harm) }
          if let limit = analysis.limit { writer.field("limit", limit) }
        }
      }
    }
    writer.key("days")
    writer.array { writer in for day in days { writer.object { write(day, to: &$0) } } }
  }

  private func writeCounts(to writer: inout JSONWriter) {
    for (name, count) in [
      ("events", counts.events), ("users", counts.users), ("users_with_history", usersWithHistory),
      ("users_in_several_variants", counts.inSeveral), ("users_misassigned", counts.misassigned),
      ("requests_outside_period", counts.outsidePeriod), ("other_requests", counts.otherRequests),
      ("duplicates", counts.duplicates), ("without_request_id", counts.withoutRequestID),
      ("unattributed", counts.unattributed),
    ] { writer.field(name, count) }
  }

  private func write(_ analysis: MetricAnalysis, to writer: inout JSONWriter) {
    writer.field("name", analysis.metric.rawValue)
    writer.field("target", analysis.target)
    if let reduction = analysis.estimates.varianceReduction { writer.field("variance_reduction", reduction) }
    writer.key("variants")
    writer.array { writer in
      for (index, variant) in variants.enumerated() {
        writer.object { writer in
          writer.field("name", variant.name)
          if let arm = analysis.estimates.plain[index] {
            writer.field("value", arm.value)
            writer.field("standard_error", arm.variance.squareRoot())
          }
          if let arm = analysis.estimates.adjusted?[index] {
            writer.field("adjusted", arm.value)
            writer.field("adjusted_standard_error", arm.variance.squareRoot())
          }
          if let best = analysis.best, let place = best.variants.firstIndex(of: index) {
            writer.field("probability_best", best.posterior.probability[place])
            writer.field("expected_loss", best.posterior.expectedLoss[place])
          }
        }
      }
    }
    writer.key("comparisons")
    writer.array { writer in
      for comparison in analysis.comparisons {
        writer.object { writer in
          writer.field("variant", variants[comparison.variant].name)
          writer.key("difference")
          comparison.best.write(to: &writer)
          writer.key("unadjusted")
          comparison.plain.write(to: &writer)
          writer.field("p_one_look", comparison.fixedPValue)
          writer.field("p_any_look", comparison.sequentialPValue)
          writer.field("any_look_low", finite: comparison.sequentialLow)
          writer.field("any_look_high", finite: comparison.sequentialHigh)
        }
      }
    }
  }

  private func write(_ day: Day, to writer: inout JSONWriter) {
    writer.field("day", String(day.date.description.prefix(10)))
    writer.key("comparisons")
    writer.array { writer in
      for (place, variant) in treatments.enumerated() {
        writer.object { writer in
          writer.field("variant", variants[variant].name)
          if let difference = day.ofDay[place] {
            writer.key("of_day")
            difference.write(to: &writer)
          }
          if let (difference, halfWidth) = day.upToNow[place] {
            writer.key("up_to_now")
            difference.write(to: &writer)
            writer.field("any_look_half_width", finite: halfWidth)
          }
        }
      }
    }
  }
}

extension ExperimentResult.Variant {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.field("name", name)
    writer.field("share", share)
    writer.field("users", users)
    for (name, sum) in [
      ("requests", sums.requests), ("served", sums.served), ("impressions", sums.impressions),
      ("clicks", sums.clicks), ("accepts", sums.accepts), ("dismissals", sums.dismissals),
      ("fallbacks", sums.fallbacks),
    ] { writer.field(name, Int(sum)) }
    writer.key("served_by")
    writer.object { writer in
      for (name, count) in traffic.servedBy.sorted(by: { $0.key < $1.key }) { writer.field(name, count) }
    }
    writer.key("latency_ms")
    writer.object { writer in
      for (name, p) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)] {
        if let quantile = traffic.latency.quantile(p) { writer.field(name, quantile) }
      }
    }
  }
}

extension Difference {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.field("value", value)
      writer.field("low", low)
      writer.field("high", high)
      if let pValue { writer.field("p", pValue) }
      guard let lift else { return }
      writer.key("lift")
      writer.object { writer in
        writer.field("value", lift.value)
        writer.field("low", lift.low)
        writer.field("high", lift.high)
      }
    }
  }
}

extension JSONWriter {
  /// A number that may be infinite: JSON has none, it becomes null.
  fileprivate mutating func field(_ name: String, finite value: Double) {
    key(name)
    if value.isFinite { number(value) } else { null() }
  }
}
