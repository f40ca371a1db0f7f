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
  /// - Throws: ``DatasetError`` that names file, row and feature.
  public func write(to path: String) throws -> DatasetDescription {
    guard split != .user else {
      throw DatasetError.input("arrays carry no users; expected --split time, request or none")
    }
    let matrix = try NPYArray(path: features)
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
      let assignment = SplitAssignment(rule: split, seed: seed, requestCount: table.requests().count)
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
    let values = matrix.buffer(of: Double.self)
    for start in stride(from: 0, to: values.count, by: columns) {
      let row = values[start..<(start + columns)].map { Float($0) }
      // The error names what stands in the file, where a large double would read as infinite.
      if let bad = row.firstIndex(where: { !$0.isFinite }) {
        throw DatasetError.file(
          features, "row \(start / columns), feature \(bad) is \(values[start + bad]); expected a finite float32")
      }
      try row.withUnsafeBufferPointer { try writer.append($0) }
    }
    _ = try writer.finish()
    return try NPYArray(path: path)
  }

  private static func vector(_ path: String, rows: Int) throws -> [Double] {
    let array = try NPYArray(path: path)
    guard array.shape == [rows] || array.shape == [rows, 1] else {
      throw DatasetError.file(path, "has shape \(array.shape); expected [\(rows)], one number a row of X")
    }
    return array.doubles()
  }

  private func convertedLabels(rows: Int, to path: String) throws -> NPYArray {
    let values = try Self.vector(labels, rows: rows)
    if let bad = values.firstIndex(where: { $0 != 0 && $0 != 1 }) {
      throw DatasetError.file(labels, "row \(bad) is \(values[bad]); expected 0 or 1")
    }
    return try Self.written(values.map { UInt8($0) }, .uint8, to: path)
  }

  private func convertedGroups(rows: Int, to path: String) throws -> NPYArray {
    guard let groups else { return try Self.written((0..<rows).map(Int64.init), .int64, to: path) }
    let values = try Self.vector(groups, rows: rows)
    var seen: Set<Double> = []
    for (row, value) in values.enumerated() where row == 0 || values[row - 1] != value {
      guard let _ = Int64(exactly: value) else {
        throw DatasetError.file(groups, "row \(row) is \(value); expected a whole number")
      }
      guard seen.insert(value).inserted else {
        throw DatasetError.file(
          groups, "row \(row): request \(Int64(value)) comes again; sort the rows so that a request's are together")
      }
    }
    return try Self.written(values.map { Int64($0) }, .int64, to: path)
  }

  /// The weights of `rows` rows, checked, as a float32 array at `path`.
  static func convertedWeights(_ source: String, rows: Int, to path: String) throws -> NPYArray {
    let values = try Self.vector(source, rows: rows).map { Float($0) }
    if let bad = values.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      throw DatasetError.file(source, "row \(bad) is \(values[bad]); expected a weight of 0 or more")
    }
    return try Self.written(values, .float32, to: path)
  }

  private static func written<Value>(_ values: [Value], _ element: NPYArray.Element, to path: String) throws -> NPYArray
  {
    let writer = try NPYWriter(path: path, element: element)
    try values.withUnsafeBufferPointer { try writer.append($0) }
    _ = try writer.finish()
    return try NPYArray(path: path)
  }
}
