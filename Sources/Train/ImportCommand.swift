internal import ArgumentParser
internal import Datasets
internal import Events
internal import Files

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Turns the logs of others into events and a catalogue.",
    subcommands: [OpenBanditCommand.self])
}

struct OpenBanditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "open-bandit",
    abstract: "Reads the Open Bandit Dataset (Saito et al. 2020).",
    discussion: """
      Each row becomes a served event with a slate of one, its position and true propensity, and a click where there was
      one. The data have no user ids; the four user features together stand for the user.

        train import open-bandit --csv men.csv.gz --items men_item_context.csv --out demo/open-bandit
      """)

  @Option(help: "The log: men.csv, all.csv.gz, …")
  var csv: String

  @Option(help: "The items: men_item_context.csv, item_context.csv, …")
  var items: String

  @Option(help: "The folder to write events.jsonl and propositions.jsonl to; an earlier import there is replaced.")
  var out: String

  @OptionGroup var output: OutputOptions

  func run() throws {
    let progress = output.progress("import", unit: "events")
    let source = try OpenBanditImport(csv: csv, items: items)
    let (propositions, rows, clicks) = try writeDirectoryAtomically(at: out, replacingFolderWith: "events.jsonl") {
      folder in
      let propositions = try source.propositions()
      let catalogue = try LineWriter(path: folder + "/propositions.jsonl")
      for proposition in propositions { try catalogue.write { proposition.write(to: &$0) } }
      try catalogue.finish()
      let events = try LineWriter(path: folder + "/events.jsonl")
      let (rows, clicks) = try source.forEachEvent { event in
        try events.write { event.write(to: &$0) }
        progress.update(events.count)
      }
      try events.finish()
      return (propositions.count, rows, clicks)
    }
    progress.finish("\(grouped(rows)) rows")
    output.print(
      text: """
        \(out): \(grouped(rows)) impressions, \(grouped(clicks)) clicks (\(percent(clicks, of: rows))), \
        \(grouped(propositions)) propositions
        """
    ) { writer in
      writer.field("out", out)
      writer.field("impressions", rows)
      writer.field("clicks", clicks)
      writer.field("propositions", propositions)
    }
  }
}
