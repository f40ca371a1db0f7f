internal import ArgumentParser
internal import Datasets
internal import Events
internal import Files
internal import JSON

struct SynthCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "synth",
    abstract: "Draws a synthetic event log from a known model.",
    discussion: """
      Writes events.jsonl, propositions.jsonl and truth.json, which states the AUC and NDCG that the true click
      probabilities reach: the best that any model can. docs/synthetic.md describes the model. The same parameters and
      seed give the same bytes.

        train synth --users 2000 --propositions 200 --requests 50000 --days 28 --seed 7 --out demo/log
      """)

  @Option(help: "The folder to write; an earlier log there is replaced.")
  var out: String

  @Option(help: "How many users.")
  var users = 2000

  @Option(help: "How many propositions.")
  var propositions = 200

  @Option(help: "How many requests, each with a slate.")
  var requests = 50_000

  @Option(help: "Over how many days.")
  var days = 28

  @Option(help: "Propositions in a slate.")
  var slate = 8

  @Option(help: "Fixes every draw.")
  var seed: UInt64 = 0

  @OptionGroup var output: OutputOptions

  func validate() throws {
    for (name, value, limit) in [
      ("--users", users, 10_000_000), ("--propositions", propositions, 1_000_000), ("--requests", requests, 1 << 31),
      ("--days", days, 3650), ("--slate", slate, 1000),
    ] where !(1...limit).contains(value) {
      throw ValidationError("\(name) \(value) is out of range; expected 1 to \(limit)")
    }
  }

  func run() throws {
    let log = SyntheticLog(
      .init(
        users: users, propositions: propositions, requests: requests, days: days, slateSize: slate, seed: seed))
    let truth = try writeDirectoryAtomically(at: out, replacingFolderWith: "events.jsonl") { folder in
      try write(log, to: folder)
    }
    try output.print(text: table(truth)) { writer in
      writer.field("out", out)
      writer.key("truth")
      try truth.write(to: &writer)
    }
  }

  private func write(_ log: SyntheticLog, to folder: String) throws -> SyntheticTruth {
    let progress = output.progress("synth", unit: "requests")
    let catalogue = try LineWriter(path: folder + "/propositions.jsonl")
    let events = try LineWriter(path: folder + "/events.jsonl")
    var truth = SyntheticTruth.Collector(parameters: log.parameters)
    try log.generate(
      catalogue: { propositions in
        for proposition in propositions { try catalogue.write { proposition.write(to: &$0) } }
      },
      event: { event in try events.write { event.write(to: &$0) } },
      truth: { showings in
        truth.add(showings)
        progress.update(truth.requests, of: requests)
      })
    try catalogue.finish()
    try events.finish()
    let result = try truth.finish()
    let file = try LineWriter(path: folder + "/truth.json")
    try file.write { try result.write(to: &$0) }
    try file.finish()
    progress.finish("\(grouped(requests)) requests, \(grouped(events.count)) events")
    return result
  }

  private func table(_ truth: SyntheticTruth) -> String {
    var table = Table("the best possible", "all", "test")
    for name in ["auc", "ndcg@5", "ndcg@10"] {
      table.add(name, truth.all[name].map { fixed($0) } ?? "–", truth.test[name].map { fixed($0) } ?? "–")
    }
    return """
      \(out): \(grouped(requests)) requests of \(grouped(users)) users for \(grouped(propositions)) propositions, \
      \(days) days, \(percent(truth.clicks, of: truth.rows)) clicked

      \(table.text)
      """
  }
}
