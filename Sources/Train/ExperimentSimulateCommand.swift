internal import ArgumentParser
internal import Datasets
internal import Events
internal import ExperimentAnalysis
internal import Experiments
internal import Files
internal import Foundation
internal import JSON

struct ExperimentSimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Runs A/A and A/B tests whose truth is known through the analysis.",
    discussion: """
      Every run draws a log of two variants and analyses it as `analyze` would, with a look each day. The shares of runs
      that call a difference stand beside their 95 % intervals (Wilson): with --effect 0 they are false alarms, otherwise
      power. --out writes the log of the first run and its experiment file, for `analyze` to read.

        train experiment simulate --users 2000 --days 30 --runs 1000 --seed 1
        train experiment simulate --effect 0.1 --users 5000 --runs 200
        train experiment simulate --users 100000 --requests-per-user 1 --srm 0.51 --runs 20
        train experiment simulate --effect 0.1 --out demo/simulation
      """)

  @Option(help: "Users who are served, in each run.")
  var users = 2000

  @Option(help: "Days, with a look at the end of each.")
  var days = 30

  @Option(help: "The relative change of the click rate in the treatment; 0 is an A/A test.")
  var effect = 0.0

  @Option(
    help: "The relative change that the file says the test is to find; the effect without, or 0.1 in an A/A test.")
  var target: Double?

  @Option(help: "How many logs.")
  var runs = 100

  @Option(help: "Requests of a user, in the mean, from 1.")
  var requestsPerUser = 2.0

  @Option(help: "The click rate of a proposition in the control.")
  var baseline = 0.1

  @Option(help: "The share of the users in the control, where the file says 0.5: users of the other side are lost.")
  var srm = 0.5

  @Option(help: "Days of history before the start, for CUPED.")
  var historyDays = 0

  @Option(help: "Write the log of the first run to this folder: events.jsonl and experiment.yml.")
  var out: String?

  @Option(help: "Threads; all processors without. The result does not depend on it.")
  var threads: Int?

  @Option(help: "Fixes every draw; run r has seed + r.")
  var seed: UInt64 = 0

  @OptionGroup var output: OutputOptions

  func validate() throws {
    for (name, value, limit) in [
      ("--users", users, 10_000_000), ("--days", days, 3650), ("--runs", runs, 10_000_000),
      ("--threads", threads ?? 1, 1024),
    ] where !(1...limit).contains(value) {
      throw ValidationError("\(name) \(value) is out of range; expected 1 to \(limit)")
    }
    guard (0...3650).contains(historyDays) else {
      throw ValidationError("--history-days \(historyDays) is out of range; expected 0 to 3650")
    }
    guard effect > -1, effect <= 10 else { throw ValidationError("--effect \(effect): expected above -1 and up to 10") }
    if let target, !(target > 0 && target <= 10) {
      throw ValidationError("--target \(target): expected above 0 and up to 10")
    }
    guard (1...1000).contains(requestsPerUser) else {
      throw ValidationError("--requests-per-user \(requestsPerUser): expected 1 to 1000")
    }
    for (name, value) in [("--baseline", baseline), ("--srm", srm)] where !(0 < value && value < 1) {
      throw ValidationError("\(name) \(value): expected a share between 0 and 1")
    }
  }

  func run() throws {
    var simulation = ExperimentSimulation()
    simulation.users = users
    simulation.days = days
    simulation.effect = effect
    simulation.target = target ?? (effect == 0 ? 0.1 : abs(effect))
    simulation.requestsPerUser = requestsPerUser
    simulation.baseline = baseline
    simulation.controlShare = srm
    simulation.historyDays = historyDays
    if let out {
      try writeDirectoryAtomically(at: out, replacingFolderWith: "experiment.yml") { try write(simulation, to: $0) }
    }
    // Only one call at a time, under the study's lock.
    nonisolated(unsafe) let progress = output.progress("simulate", unit: "runs")
    let study = try SimulationStudy(
      simulation, runs: runs, seed: seed, threads: threads ?? ProcessInfo.processInfo.activeProcessorCount
    ) { progress.update($0, of: runs) }
    progress.finish("\(grouped(runs)) runs")
    output.print(text: text(study)) { write(study, to: &$0) }
  }

  private func write(_ simulation: ExperimentSimulation, to folder: String) throws {
    let events = try LineWriter(path: folder + "/events.jsonl")
    try simulation.forEachEvent(seed: seed) { event in try events.write { event.write(to: &$0) } }
    try events.finish()
    let experiment = simulation.experiment(seed: seed)
    var text = "name: \(experiment.name)\nsalt: \(experiment.salt)\n"
    if let start = experiment.plan.start { text += "start: \(start.formatted(.iso8601))\n" }
    text += "metrics:\n"
    for metric in experiment.plan.metrics {
      text += "  - {name: \(metric.metric.rawValue), target: \(metric.target)}\n"
    }
    text += "variants:\n"
    for variant in experiment.variants {
      text += "  - {name: \(variant.name), weight: \(variant.weight), model: \(variant.model)}\n"
    }
    try writeFileAtomically(Data(text.utf8), to: folder + "/experiment.yml")
  }

  private func shares(_ study: SimulationStudy) -> [(name: String, words: String, hits: Int)] {
    let outcomes = study.outcomes
    return [
      ("fixed_horizon", "a difference, one look at the end", outcomes.count(where: \.fixed)),
      ("sequential", "a difference, always-valid, \(days) looks", outcomes.count(where: \.sequential)),
      ("peeking", "a difference, one-look test at \(days) looks", outcomes.count(where: \.peeking)),
      ("sample_ratio_alarm", "sample-ratio alarm", outcomes.count(where: \.sampleRatioMismatch)),
      ("covered", "95 % interval holds the true change", outcomes.count(where: \.covered)),
    ]
  }

  private func text(_ study: SimulationStudy) -> String {
    var table = Table("share of \(grouped(runs)) runs with", "runs", "share", "95 % interval")
    for (_, words, hits) in shares(study) {
      let (low, high) = wilsonInterval(hits: hits, of: runs)
      table.add(
        words, grouped(hits), percent(hits, of: runs), "\(fixed(100 * low, 2)) … \(fixed(100 * high, 2)) %")
    }
    let days = study.outcomes.compactMap(\.decisionDay).sorted()
    let median = days.isEmpty ? "" : "\nmedian day of the always-valid decision: \(days[days.count / 2])"
    return """
      \(effect == 0 ? "A/A" : "A/B") tests of \(grouped(users)) users over \(self.days) days, true change \
      \(fixed(100 * effect, 1)) %\(srm == 0.5 ? "" : ", \(fixed(100 * srm, 1)) % of the users in the control")

      \(table.text)
      \(median)
      """
  }

  private func write(_ study: SimulationStudy, to writer: inout JSONWriter) {
    writer.field("runs", runs)
    writer.field("users", users)
    writer.field("looks", days)
    writer.field("effect", effect)
    for (name, _, hits) in shares(study) {
      let (low, high) = wilsonInterval(hits: hits, of: runs)
      writer.key(name)
      writer.object { writer in
        writer.field("runs", hits)
        writer.field("share", Double(hits) / Double(runs))
        writer.field("low", low)
        writer.field("high", high)
      }
    }
    writer.key("decisions")
    writer.object { writer in
      for decision in [Verdict.Decision.ship, .stop, .keepRunning, .blocked] {
        writer.field(decision.rawValue, study.outcomes.count { $0.decision == decision })
      }
    }
  }
}
