internal import ArgumentParser
internal import Events
internal import Experiments
internal import Files
internal import Foundation
internal import JSON

struct ExperimentListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists the experiments of a folder: state, variants and shares.",
    discussion: """
      An experiment is planned before its start, ended from its end on, and running otherwise.

        train experiment list --experiments experiments/examples
      """)

  @Option(help: "The folder with one .yml file an experiment, or one file.")
  var experiments = "experiments"

  @Option(help: "The time to tell the state of: 2026-11-23T18:00:00Z, or a day; now without.")
  var at: TimeArgument?

  @OptionGroup var output: OutputOptions

  func run() throws {
    let now = at?.date ?? Date()
    let listed = try files().map { (file: $0, experiment: try Experiment(contentsOf: $0)) }
    var table = Table("experiment", "state", "start", "end", "decides", "variants", "file")
    for (file, experiment) in listed {
      let plan = experiment.plan
      table.add(
        experiment.name, plan.state(at: now).rawValue, plan.start.map(day) ?? "–", plan.end.map(day) ?? "–",
        plan.metrics[0].metric.rawValue, shares(experiment), file)
    }
    output.print(text: listed.isEmpty ? "no experiment in \(experiments)" : table.text) { writer in
      writer.key("experiments")
      writer.array { writer in
        for (file, experiment) in listed {
          writer.object { write(experiment, file: file, now: now, to: &$0) }
        }
      }
    }
  }

  private func files() throws -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: experiments, isDirectory: &isFolder) else {
      throw FileError(path: experiments, operation: "open", reason: "No such file or directory")
    }
    guard isFolder.boolValue else { return [experiments] }
    return try FileManager.default.contentsOfDirectory(atPath: experiments)
      .filter { $0.hasSuffix(".yml") && !$0.hasPrefix(".") }.sorted().map { "\(experiments)/\($0)" }
  }

  private func shares(_ experiment: Experiment) -> String {
    let ends = experiment.bucketEnds
    return experiment.variants.indices.map { index in
      let share = ends[index] - (index > 0 ? ends[index - 1] : 0)
      return "\(experiment.variants[index].name) \(percent(share, of: bucketCount))"
    }.joined(separator: ", ")
  }

  private func day(_ date: Date) -> String { date.formatted(.iso8601) }

  private func write(_ experiment: Experiment, file: String, now: Date, to writer: inout JSONWriter) {
    let plan = experiment.plan
    writer.field("name", experiment.name)
    writer.field("file", file)
    writer.field("state", plan.state(at: now).rawValue)
    if let start = plan.start { writer.field("start", day(start)) }
    if let end = plan.end { writer.field("end", day(end)) }
    writer.key("metrics")
    writer.array { writer in plan.metrics.forEach { writer.string($0.metric.rawValue) } }
    writer.key("variants")
    writer.array { writer in
      for variant in experiment.variants {
        writer.object { writer in
          writer.field("name", variant.name)
          writer.field("weight", variant.weight)
          writer.field("model", variant.model)
        }
      }
    }
  }
}

/// A time on the command line: RFC 3339, or a day for its midnight in UTC.
struct TimeArgument: ExpressibleByArgument {
  let time: Timestamp

  init?(argument: String) {
    guard let time = Timestamp(argument.count == 10 ? "\(argument)T00:00:00Z" : argument) else { return nil }
    self.time = time
  }

  var date: Date { Date(timeIntervalSince1970: Double(time.microseconds) / 1e6) }
}
