internal import ArgumentParser
internal import Events
internal import ExperimentAnalysis
internal import Experiments
internal import Features
internal import Files
internal import Foundation

struct ExperimentAnalyzeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyze",
    abstract: "Says from the event log which variant is better, how sure that is, and what to do.",
    discussion: """
      A request counts for the variant that was really served; clicks and accepts count for their request. Differences
      have intervals by the delta method over users, corrected by what users did before the start where the log says it
      (CUPED). The p-value "any look" may be read every day; the one of "one look" only at the planned end. Where users
      did not come in the planned shares, there is no verdict. docs/experiments.md explains each figure.

        train experiment analyze --experiment experiments/ranking.yml --events sqlite:events.db
        train experiment analyze --experiment ranking.yml --events events.jsonl.gz --from 2026-11-01 --json
        train experiment analyze --experiment ranking.yml --events events.jsonl --report ranking.html
      """)

  @Option(help: "The experiment's file.")
  var experiment: String

  @Option(help: "The events: a path of JSON Lines (.gz too, - for standard input), sqlite:FILE or postgres://….")
  var events: String

  @Option(help: "Requests from here on count: 2026-11-23T18:00:00Z, or a day; the file's start without.")
  var from: TimeArgument?

  @Option(help: "Requests from here on do not count; the file's end without.")
  var to: TimeArgument?

  @Option(help: "What to compare, in place of the file's metrics; again for more, the first decides.")
  var metric: [ExperimentMetric] = []

  @Option(help: "How long after a request an event still counts for it: 30m, 1h, 7d.")
  var attribution = "1h"

  @Option(help: "How far out of order events may come: 0s, 5m, 1h.")
  var lateness = "1h"

  @Option(help: "How long before the start what users did corrects their noise (CUPED); 0d leaves it out.")
  var prePeriod = "28d"

  @Flag(help: "Skip and count records that are not events, in place of stopping at the first.")
  var skipBadLines = false

  @Option(help: "Write the result as a web page to this file.")
  var report: String?

  @OptionGroup var output: OutputOptions

  func validate() throws { _ = try options() }

  func run() throws {
    let file = try Experiment(contentsOf: experiment)
    let progress = output.progress("analyze", unit: "events")
    let log = ExposureLog(file, options: try options(for: file))
    var badRecords = 0
    try eventSource(named: events).forEachEvent(
      onBadRecord: { error in
        guard skipBadLines else { throw error }
        badRecords += 1
      },
      { event, place in
        try log.add(event, at: place)
        progress.update(log.counts.events)
      })
    let result = try ExperimentResult(log)
    progress.finish("\(grouped(result.counts.events)) events, \(grouped(result.counts.users)) users")
    if let report { try writeFileAtomically(Data(ExperimentReport(result: result).html().utf8), to: report) }
    output.print(text: result.text(badRecords: badRecords)) { writer in
      writer.field("bad_records", badRecords)
      if let report { writer.field("report", report) }
      result.write(to: &writer)
    }
  }

  private func options(for file: Experiment? = nil) throws -> ExposureLogOptions {
    var options = ExposureLogOptions()
    if let from, let to, from.time >= to.time {
      throw ValidationError("--to \(to.time) is not after --from \(from.time)")
    }
    options.from = from?.time.microseconds
    options.to = to?.time.microseconds
    options.attribution = try span(attribution, "--attribution")
    options.lateness = try span(lateness, "--lateness")
    options.prePeriod = try span(prePeriod, "--pre-period")
    if !metric.isEmpty {
      options.metrics = metric.map { metric in
        file?.plan.metrics.first { $0.metric == metric } ?? ExperimentPlan.Metric(metric)
      }
    }
    return options
  }

  private func span(_ text: String, _ name: String) throws -> Int64 {
    guard let length = TimeSpan(text)?.microseconds else {
      throw ValidationError("\(name) \(text): expected a length of time as 90s, 30m, 1h or 7d")
    }
    return length
  }
}
