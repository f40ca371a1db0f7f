internal import ArgumentParser
internal import Datasets
internal import Events
internal import Features

struct DatasetBuildCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build",
    abstract: "Replays an event log into a dataset.",
    discussion: """
      Every proposition shown becomes a row: its features as of that moment, and whether it was accepted. Divided
      80/10/10 into train, validation and test; a request is never on two sides.

        train dataset build --events events.jsonl --propositions propositions.jsonl --out datasets/demo
        train dataset build --events sqlite:events.db --propositions propositions.jsonl --split user --out datasets/users
      """)

  @Option(help: "The events: a path of JSON Lines (.gz too, - for standard input), sqlite:FILE or postgres://….")
  var events: String

  @Option(help: "The catalogue: a path of JSON Lines.")
  var propositions: String

  @Option(help: "The feature set; the standard one of docs/features.md without.")
  var features: String?

  @Option(help: "The dataset's folder; an earlier dataset there is replaced.")
  var out: String

  @Option(help: "How to divide: time, request, user or none (everything is train).")
  var split = SplitRuleName.time

  @Option(help: "Fixes the draws of a split by request or user.")
  var seed: UInt64 = 0

  @Option(help: "The events that make a row positive.")
  var positive = "click,accept"

  @Option(help: "How long after a request they count: 30m, 1h, 7d.")
  var attribution = "1h"

  @Option(help: "How far out of order events may come: 0s, 5m, 1h.")
  var lateness = "1h"

  @Flag(help: "Skip and count records that are not events, in place of stopping at the first.")
  var skipBadLines = false

  @Flag(help: "Skip and count propositions that the catalogue does not hold, in place of stopping at the first.")
  var skipUnknownPropositions = false

  @OptionGroup var output: OutputOptions

  func validate() throws { _ = try options() }

  func run() throws {
    let progress = output.progress("replay", unit: "events")
    let featureSet = try features.map { try FeatureSet(contentsOf: $0) } ?? .standard
    let builder = DatasetBuilder(
      featureSet: featureSet, catalogue: try Catalogue(path: propositions), options: try options())
    let (summary, description) = try builder.build(
      from: try eventSource(named: events), sources: [events, propositions], to: out
    ) { progress.update($0) }
    progress.finish("\(grouped(summary.events)) events, \(grouped(summary.rows)) rows")
    let dataset = DatasetSummary(description: description)
    output.print(text: text(summary, dataset)) { writer in
      writer.field("dataset", out)
      dataset.write(to: &writer)
      writer.field("columns", description.features.count)
      for (name, count) in counts(summary) { writer.field(name.replacing(" ", with: "_"), count) }
    }
  }

  private func options() throws -> ReplayOptions {
    var options = ReplayOptions()
    options.positive = try positive.split(separator: ",").map { name in
      guard let kind = Event.Kind(rawValue: String(name)), kind != .served else {
        throw ValidationError("--positive \(name): expected impression, click, accept or dismiss, comma between")
      }
      return kind
    }
    guard !options.positive.isEmpty else { throw ValidationError("--positive needs at least one kind of event") }
    options.attribution = try span("--attribution", attribution)
    options.lateness = try span("--lateness", lateness)
    options.split = split
    options.seed = seed
    options.skipsBadRecords = skipBadLines
    options.skipsUnknownPropositions = skipUnknownPropositions
    return options
  }

  private func span(_ name: String, _ text: String) throws -> Int64 {
    guard let length = TimeSpan(text)?.microseconds else {
      throw ValidationError("\(name) \(text): expected a length of time as 90s, 30m, 1h or 7d")
    }
    return length
  }

  private func counts(_ summary: ReplaySummary) -> [(String, Int)] {
    [
      ("events", summary.events), ("bad records", summary.badRecords), ("duplicates", summary.duplicates),
      ("late", summary.late), ("unknown propositions", summary.unknownPropositions),
      ("served without own request", summary.servedWithoutOwnRequest), ("unattributed", summary.unattributed),
    ]
  }

  private func text(_ summary: ReplaySummary, _ dataset: DatasetSummary) -> String {
    let left = counts(summary).dropFirst().filter { $0.1 > 0 }.map { "\(grouped($0.1)) \($0.0)" }
    let kinds = summary.byKind.sorted { $0.key < $1.key }.map { "\(grouped($0.value)) \($0.key)" }
    return """
      \(out): \(grouped(summary.events)) events (\(kinds.joined(separator: ", ")))
      left out: \(left.isEmpty ? "nothing" : left.joined(separator: ", "))

      \(dataset.table)
      """
  }
}
