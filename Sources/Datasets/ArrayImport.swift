internal import Files
internal import Foundation

/// Makes a dataset of anybody's NumPy arrays.
public struct ArrayImport {
  /// `X.npy`: rows × features, float32 or float64.
  public var features: String
  /// `y.npy`: 0 or 1 a row, of any kind of number.
  public var labels: String
  /// The request of each row, any whole numbers, rows of a request contiguous; without it every row is its own request.
  public var groups: String?
  /// Zero or more a row.
  public var weights: String?
  /// Names of the columns; `x0`, `x1`, … without.
  public var featureNames: [String]?
  public var split: SplitRuleName = .time
  public var seed: UInt64 = 0

  public init(features: String, labels: String) {
    self.features = features
    self.labels = labels
  }

  /// Checks every number and writes the dataset, whole or not at all; one that is there already is replaced.
  ///
  /// Arrays are read piece by piece: what memory holds does not grow with the rows, but for request numbers that don't
  /// ascend, of which each is remembered, and for the ranges of a split by request.
  ///
  /// - Throws: ``DatasetError`` that names file, row and feature.
  public func write(to path: String) throws -> DatasetDescription {
    guard split != .user else {
      throw DatasetError.input("arrays carry no users; expected --split time, request or none")
    }
    let matrix = try NPYArray(path: features, mapped: false)
    guard matrix.shape.count == 2, [.float32, .float64].contains(matrix.element) else {
      throw DatasetError.file(
        features, "holds \(matrix.element) of shape \(matrix.shape); expected float32 or float64, rows × features")
    }
    let (rows, columns) = (matrix.shape[0], matrix.shape[1])
    guard rows > 0, columns > 0 else { throw DatasetError.file(features, "is empty: \(rows) × \(columns)") }
    let names = featureNames ?? (0..<columns).map { "x\($0)" }
    guard names.count == columns, Set(names).count == columns else {
      throw DatasetError.input("expected \(columns) different feature names, found \(names.count)")
    }
    return try writeDirectoryAtomically(at: path, replacingFolderWith: "dataset.json") { folder in
      let spool = folder + "/spool"
      try makeDirectory(at: spool)
      let table = RowTable(
        features: .dense(matrix.element == .float32 ? matrix : try narrowed(matrix, to: spool + "/X.npy")),
        labels: try convertedLabels(rows: rows, to: spool + "/y.npy"),
        groups: try convertedGroups(rows: rows, to: spool + "/group.npy"),
        columns: try weights.map { [.weight: try Self.convertedWeights($0, rows: rows, to: spool + "/weight.npy")] }
          ?? [:])
      try table.checkFinite(columnNames: names, in: features)
      var requests = 0
      table.forEachRequest { _ in requests += 1 }
      let assignment = SplitAssignment(rule: split, seed: seed, requestCount: requests)
      let written = try SplitWriter(table: table, assignment: assignment).write(to: folder)
      try FileManager.default.removeItem(atPath: spool)
      let description = try DatasetDescription(
        features: names.map { .init(name: $0, kind: "numeric") },
        split: .init(rule: split, seed: seed, boundaries: assignment.boundaries), parts: written.parts,
        sources: [features, labels, groups, weights].compactMap { $0 }.map {
          .init(name: URL(fileURLWithPath: $0).lastPathComponent, sha256: try sha256(ofFile: $0))
        },
        servingValues: [], files: written.files)
      try description.write(to: folder)
      return description
    }
  }

  private func narrowed(_ matrix: NPYArray, to path: String) throws -> NPYArray {
    let columns = matrix.shape[1]
    let writer = try NPYWriter(path: path, element: .float32, columns: columns)
    try matrix.forEachPiece(of: 0..<matrix.shape[0] * columns) { elements, bytes in
      let values = bytes.assumingMemoryBound(to: Double.self)
      let narrow = values.map { Float($0) }
      // The error names what stands in the file, where a large double would read as infinite.
      if let bad = narrow.firstIndex(where: { !$0.isFinite }) {
        let (row, feature) = (elements.lowerBound + bad).quotientAndRemainder(dividingBy: columns)
        throw DatasetError.file(
          features, "row \(row), feature \(feature) is \(values[bad]); expected a finite float32")
      }
      try narrow.withUnsafeBufferPointer { try writer.append($0) }
    }
    _ = try writer.finish()
    return try NPYArray(path: path, mapped: false)
  }

  /// Writes what `convert` makes of each number of the array at `source`.
  private static func converted<Value>(
    _ source: String, rows: Int, to path: String, _ element: NPYArray.Element,
    _ convert: (_ row: Int, _ number: Double) throws -> Value
  ) throws -> NPYArray {
    let array = try NPYArray(path: source, mapped: false)
    guard array.shape == [rows] || array.shape == [rows, 1] else {
      throw DatasetError.file(source, "has shape \(array.shape); expected [\(rows)], one number a row of X")
    }
    let writer = try NPYWriter(path: path, element: element)
    try array.forEachNumber { try writer.append(convert($0, $1)) }
    _ = try writer.finish()
    return try NPYArray(path: path)
  }

  private func convertedLabels(rows: Int, to path: String) throws -> NPYArray {
    try Self.converted(labels, rows: rows, to: path, .uint8) { row, label in
      guard label == 0 || label == 1 else {
        throw DatasetError.file(labels, "row \(row) is \(label); expected 0 or 1")
      }
      return UInt8(label)
    }
  }

  private func convertedGroups(rows: Int, to path: String) throws -> NPYArray {
    guard let groups else {
      let writer = try NPYWriter(path: path, element: .int64)
      for row in 0..<rows { try writer.append(Int64(row)) }
      _ = try writer.finish()
      return try NPYArray(path: path)
    }
    // Where numbers ascend, none comes again; else all are remembered.
    var highest = -Double.infinity
    var ascend = true
    try NPYArray(path: groups, mapped: false).forEachNumber { _, group in
      ascend = ascend && group >= highest
      highest = group
    }
    var last: Int64?
    var seen: Set<Int64> = []
    return try Self.converted(groups, rows: rows, to: path, .int64) { row, value in
      guard let group = Int64(exactly: value) else {
        throw DatasetError.file(groups, "row \(row) is \(value); expected a whole number")
      }
      if group != last {
        guard ascend || seen.insert(group).inserted else {
          throw DatasetError.file(
            groups, "row \(row): request \(group) comes again; sort the rows so that a request's are together")
        }
        last = group
      }
      return group
    }
  }

  /// The weights of `rows` rows, checked, as a float32 array at `path`.
  static func convertedWeights(_ source: String, rows: Int, to path: String) throws -> NPYArray {
    try Self.converted(source, rows: rows, to: path, .float32) { row, number in
      let weight = Float(number)
      guard weight >= 0, weight.isFinite else {
        throw DatasetError.file(source, "row \(row) is \(weight); expected a weight of 0 or more")
      }
      return weight
    }
  }
}
