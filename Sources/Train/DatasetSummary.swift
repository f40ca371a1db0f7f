internal import Datasets
internal import JSON

/// The sizes of a dataset's sides.
struct DatasetSummary {
  let description: DatasetDescription

  var table: String {
    var table = Table("split by \(description.split.rule.rawValue)", "requests", "rows", "positive", "rate")
    for side in SplitName.allCases {
      guard let part = description.parts[side.rawValue] else { continue }
      table.add(
        side.rawValue, grouped(part.requests), grouped(part.rows), grouped(part.positives),
        percent(part.positives, of: part.rows))
    }
    return table.text
  }

  func write(to writer: inout JSONWriter) {
    writer.field("split_rule", description.split.rule.rawValue)
    writer.key("splits")
    writer.object { writer in
      for side in SplitName.allCases {
        guard let part = description.parts[side.rawValue] else { continue }
        writer.key(side.rawValue)
        writer.object { writer in
          writer.field("requests", part.requests)
          writer.field("rows", part.rows)
          writer.field("positives", part.positives)
        }
      }
    }
  }
}

/// The spread of one column over a side of a dataset; all 0 where there is no row.
struct ColumnStatistics {
  let name: String
  let kind: String
  private(set) var mean = 0.0
  private(set) var standardDeviation = 0.0
  private(set) var minimum = 0.0
  private(set) var maximum = 0.0

  init(column: DatasetDescription.Column, index: Int, split: DatasetSplit) {
    name = column.name
    kind = column.kind
    guard split.rowCount > 0 else { return }
    let matrix = split.matrix
    let width = split.columnCount
    (minimum, maximum) = (.infinity, -.infinity)
    var squares = 0.0
    for row in 0..<split.rowCount {
      let value = Double(matrix[row * width + index])
      let delta = value - mean
      mean += delta / Double(row + 1)
      squares += delta * (value - mean)
      minimum = min(minimum, value)
      maximum = max(maximum, value)
    }
    standardDeviation = (squares / Double(split.rowCount)).squareRoot()
  }
}
