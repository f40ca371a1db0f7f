internal import ArgumentParser
internal import Datasets

struct DatasetImportNPYCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import-npy",
    abstract: "Makes a dataset of your own NumPy arrays.",
    discussion: """
      Rows are taken to be in time order; rows of a request are contiguous. Every number is checked.

        train dataset import-npy --X X.npy --y y.npy --group request.npy --split request --out datasets/mine
      """)

  @Option(name: .customLong("X"), help: "Features: rows × columns, float32 or float64, C order.")
  var features: String

  @Option(name: .customLong("y"), help: "Labels: 0 or 1 a row.")
  var labels: String

  @Option(help: "The request of each row, whole numbers; without it each row is a request of its own.")
  var group: String?

  @Option(help: "The weight of each row, 0 or more.")
  var weight: String?

  @Option(help: "The names of the columns, comma between; x0, x1, … without.")
  var names: String?

  @Option(help: "How to divide: time (rows in order), request, or none (everything is train).")
  var split = SplitRuleName.time

  @Option(help: "Fixes the draws of a split by request.")
  var seed: UInt64 = 0

  @Option(help: "The dataset's folder; an earlier dataset there is replaced.")
  var out: String

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard split != .user else {
      throw ValidationError("--split user: arrays carry no users; expected time, request or none")
    }
  }

  func run() throws {
    var arrays = ArrayImport(features: features, labels: labels)
    arrays.groups = group
    arrays.weights = weight
    arrays.featureNames = names?.split(separator: ",").map(String.init)
    arrays.split = split
    arrays.seed = seed
    let progress = output.progress("import", unit: "rows")
    let description = try arrays.write(to: out)
    progress.finish("\(grouped(description.parts.values.reduce(0) { $0 + $1.rows })) rows")
    let summary = DatasetSummary(description: description)
    output.print(text: "\(out): \(description.features.count) columns\n\n\(summary.table)") { writer in
      writer.field("dataset", out)
      summary.write(to: &writer)
      writer.field("columns", description.features.count)
    }
  }
}
