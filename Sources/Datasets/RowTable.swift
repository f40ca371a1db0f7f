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

  /// The ranges of rows with the same group, in order.
  func requests() -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    let groups = groups.buffer(of: Int64.self)
    var start = 0
    for row in 0...groups.count where row == groups.count || groups[row] != groups[start] {
      if row > start { ranges.append(start..<row) }
      start = row
      if row == groups.count { break }
    }
    return ranges
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
    let requests = table.requests()
    let users = table.columns[.user]?.buffer(of: Int64.self)
    let sides = requests.enumerated().map { index, rows in
      assignment.side(request: index, user: users?[rows.lowerBound] ?? 0)
    }
    var result = Result()
    for side in SplitName.allCases {
      try makeDirectory(at: "\(folder)/\(side.rawValue)")
      let chosen = zip(requests, sides).filter { $1 == side }.map(\.0)
      let labels = table.labels.buffer(of: UInt8.self)
      result.parts[side.rawValue] = DatasetDescription.Part(
        rows: chosen.reduce(0) { $0 + $1.count },
        positives: chosen.reduce(0) { $0 + labels[$1].reduce(0) { $0 + Int($1) } }, requests: chosen.count)
      func copy(_ array: NPYArray, _ name: String, columns: Int? = nil) throws {
        let path = "\(side.rawValue)/\(name).npy"
        let writer = try NPYWriter(path: "\(folder)/\(path)", element: array.element, columns: columns)
        let width = array.element.size * (columns ?? 1)
        let bytes = array.rawBytes
        for rows in merged(chosen) {
          try writer.append(
            bytes: UnsafeRawBufferPointer(rebasing: bytes[(rows.lowerBound * width)..<(rows.upperBound * width)]))
        }
        result.files[path] = try writer.finish()
      }
      switch table.features {
      case .dense(let matrix): try copy(matrix, "X", columns: matrix.shape[1])
      case .sparse(let arrays):
        for (name, hash) in try arrays.write(rows: merged(chosen), to: "\(folder)/\(side.rawValue)") {
          result.files["\(side.rawValue)/\(name)"] = hash
        }
      }
      try copy(table.labels, "y")
      try copy(table.groups, "group")
      for (column, array) in table.columns { try copy(array, column.rawValue) }
    }
    return result
  }

  /// The same rows in as few ranges as they make.
  private func merged(_ ranges: [Range<Int>]) -> [Range<Int>] {
    var merged: [Range<Int>] = []
    for range in ranges {
      if let last = merged.last, last.upperBound == range.lowerBound {
        merged[merged.count - 1] = last.lowerBound..<range.upperBound
      } else {
        merged.append(range)
      }
    }
    return merged
  }
}
