internal import ArgumentParser
internal import Datasets
internal import JSON

struct DatasetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dataset", abstract: "Makes and describes datasets.",
    subcommands: [
      DatasetBuildCommand.self, DatasetImportNPYCommand.self, DatasetImportLIBSVMCommand.self,
      DatasetDescribeCommand.self,
    ])
}

struct DatasetDescribeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe", abstract: "Says what a dataset holds.",
    discussion: "  train dataset describe datasets/demo")

  @Argument(help: "The dataset's folder.")
  var dataset: String

  @OptionGroup var output: OutputOptions

  func run() throws {
    let dataset = try Dataset(path: dataset)
    let summary = DatasetSummary(description: dataset.description)
    if let columns = dataset.description.sparse { return try describe(dataset, summary, columns) }
    var columns: [ColumnStatistics] = []
    let train = try dataset.split(.train)
    for (index, column) in dataset.description.features.enumerated() {
      columns.append(ColumnStatistics(column: column, index: index, split: train))
    }
    output.print(text: text(dataset, summary, columns)) { writer in
      writer.field("dataset", dataset.path)
      writer.field("fingerprint", dataset.fingerprint)
      summary.write(to: &writer)
      writer.key("features")
      writer.array { writer in
        for column in columns {
          writer.object { writer in
            writer.field("name", column.name)
            writer.field("kind", column.kind)
            writer.field("mean", column.mean)
            writer.field("standard_deviation", column.standardDeviation)
            writer.field("minimum", column.minimum)
            writer.field("maximum", column.maximum)
          }
        }
      }
    }
  }

  private func text(_ dataset: Dataset, _ summary: DatasetSummary, _ columns: [ColumnStatistics]) -> String {
    var table = Table("feature (train)", "kind", "mean", "sd", "min", "max")
    for column in columns {
      table.add(
        column.name, column.kind, fixed(column.mean), fixed(column.standardDeviation), fixed(column.minimum),
        fixed(column.maximum))
    }
    return """
      \(dataset.path)  \(dataset.fingerprint.prefix(12))

      \(summary.table)

      \(table.text)
      """
  }
}
