internal import Datasets
internal import Features
internal import JSON

/// How full one side of a sparse dataset is.
struct SparseSummary {
  let rows: Int
  let entries: Int
  /// Columns with at least one entry.
  let columnsInUse: Int
  let emptyRows: Int
  let largestRow: Int
  let isBinary: Bool
  /// Of the values of entries; nil where there is no entry.
  let values: (minimum: Float, maximum: Float)?

  init(_ arrays: SparseArrays) {
    rows = arrays.rowCount
    entries = arrays.entryCount
    var used = [Bool](repeating: false, count: arrays.columnCount)
    for column in arrays.indices { used[Int(column)] = true }
    columnsInUse = used.reduce(0) { $0 + ($1 ? 1 : 0) }
    let lengths = (0..<arrays.rowCount).lazy.map { Int(arrays.offsets[$0 + 1] - arrays.offsets[$0]) }
    emptyRows = lengths.reduce(0) { $0 + ($1 == 0 ? 1 : 0) }
    largestRow = lengths.max() ?? 0
    isBinary = arrays.values == nil
    values =
      arrays.entryCount == 0
      ? nil : arrays.values.map { ($0.min() ?? 1, $0.max() ?? 1) } ?? (1, 1)
  }

  /// Entries a row.
  var density: Double { rows == 0 ? 0 : Double(entries) / Double(rows) }
}

extension DatasetDescribeCommand {
  /// Describes a sparse dataset: its columns are too many for a line each.
  func describe(_ dataset: Dataset, _ summary: DatasetSummary, _ columns: SparseColumns) throws {
    var sides: [(name: String, summary: SparseSummary)] = []
    for side in SplitName.allCases where dataset.description.parts[side.rawValue] != nil {
      let split = try dataset.split(side)
      if let arrays = split.sparse {
        sides.append((side.rawValue, withExtendedLifetime(split) { SparseSummary(arrays) }))
      }
    }
    var table = Table("sparse features", "non-zeros", "a row", "most", "empty rows", "columns in use", "values")
    for (name, side) in sides {
      let values = side.values.map { side.isBinary ? "1" : "\($0.minimum) … \($0.maximum)" } ?? "–"
      table.add(
        name, grouped(side.entries), fixed(side.density, 1), grouped(side.largestRow), grouped(side.emptyRows),
        grouped(side.columnsInUse), values)
    }
    output.print(
      text: """
        \(dataset.path)  \(dataset.fingerprint.prefix(12))
        \(columns.summary)

        \(summary.table)

        \(table.text)
        """
    ) { writer in
      writer.field("dataset", dataset.path)
      writer.field("fingerprint", dataset.fingerprint)
      summary.write(to: &writer)
      writer.field("columns", columns.count)
      writer.key("sparse")
      writer.object { writer in
        for (name, side) in sides {
          writer.key(name)
          writer.object { writer in
            writer.field("entries", side.entries)
            writer.field("entries_per_row", side.density)
            writer.field("largest_row", side.largestRow)
            writer.field("empty_rows", side.emptyRows)
            writer.field("columns_in_use", side.columnsInUse)
            writer.field("binary", side.isBinary)
          }
        }
      }
    }
  }
}
