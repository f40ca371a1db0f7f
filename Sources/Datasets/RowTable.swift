internal import Files

/// The optional arrays of a dataset, beside `X.npy`, `y.npy` and `group.npy`.
enum RowColumn: String, CaseIterable {
  case weight, position, propensity, timestamp, user, popularity, proposition, category, device
  case contextType = "context_type"
  case newUser = "new_user"

  var element: NPYArray.Element {
    switch self {
    case .weight, .propensity, .popularity: .float32
    case .position, .category, .device, .contextType: .int32
    case .timestamp, .user, .proposition: .int64
    case .newUser: .uint8
    }
  }
}

/// The features of all rows: a matrix, or the entries of a sparse one.
enum RowFeatures {
  case dense(NPYArray)
  case sparse(SparseArrays)
}

/// All rows before they are split: mapped arrays, the rows of a request contiguous.
struct RowTable {
  let features: RowFeatures
  let labels: NPYArray
  let groups: NPYArray
  let columns: [RowColumn: NPYArray]

  var rowCount: Int { labels.shape[0] }

  /// Calls `body` with the ranges of rows with the same group, in order.
  func forEachRequest(_ body: (Range<Int>) -> Void) {
    let groups = groups.buffer(of: Int64.self)
    var start = 0
    for row in groups.indices where groups[row] != groups[start] {
      body(start..<row)
      start = row
    }
    if start < groups.count { body(start..<groups.count) }
  }
}

/// Writes the three sides of a split, request by request.
struct SplitWriter {
  /// What was written: rows by side, and the hash of each file by its path.
  struct Result {
    var parts: [String: DatasetDescription.Part] = [:]
    var files: [String: String] = [:]
  }

  let table: RowTable
  let assignment: SplitAssignment

  func write(to folder: String) throws -> Result {
    let sides = sides()
    let labels = table.labels.buffer(of: UInt8.self)
    var result = Result()
    for name in SplitName.allCases {
      try makeDirectory(at: "\(folder)/\(name.rawValue)")
      let side = sides[name] ?? Side()
      result.parts[name.rawValue] = DatasetDescription.Part(
        rows: side.ranges.reduce(0) { $0 + $1.count },
        positives: side.ranges.reduce(0) { $0 + labels[$1].reduce(0) { $0 + Int($1) } }, requests: side.requests)
      func copy(_ array: NPYArray, _ file: String, columns: Int? = nil) throws {
        let path = "\(name.rawValue)/\(file).npy"
        let writer = try NPYWriter(path: "\(folder)/\(path)", element: array.element, columns: columns)
        let width = columns ?? 1
        let reader = try array.makeReader()
        for rows in side.ranges {
          try array.forEachPiece(of: rows.lowerBound * width..<rows.upperBound * width, with: reader) { _, bytes in
            try writer.append(bytes: bytes)
          }
        }
        result.files[path] = try writer.finish()
      }
      switch table.features {
      case .dense(let matrix): try copy(matrix, "X", columns: matrix.shape[1])
      case .sparse(let arrays):
        for (file, hash) in try arrays.write(rows: side.ranges, to: "\(folder)/\(name.rawValue)") {
          result.files["\(name.rawValue)/\(file)"] = hash
        }
      }
      try copy(table.labels, "y")
      try copy(table.groups, "group")
      for (column, array) in table.columns { try copy(array, column.rawValue) }
    }
    return result
  }

  /// What goes to one side.
  private struct Side {
    var requests = 0
    /// Its rows, in as few ranges as they make.
    var ranges: [Range<Int>] = []

    mutating func add(_ rows: Range<Int>) {
      requests += 1
      if let last = ranges.last, last.upperBound == rows.lowerBound {
        ranges[ranges.count - 1] = last.lowerBound..<rows.upperBound
      } else {
        ranges.append(rows)
      }
    }
  }

  private func sides() -> [SplitName: Side] {
    let users = table.columns[.user]?.buffer(of: Int64.self)
    var sides: [SplitName: Side] = [:]
    var index = 0
    table.forEachRequest { rows in
      let side = assignment.side(request: index, user: users?[rows.lowerBound] ?? 0)
      sides[side, default: Side()].add(rows)
      index += 1
    }
    return sides
  }
}
