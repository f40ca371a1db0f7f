internal import Foundation

/// Sparse rows on their way to the split: arrays in a temporary folder, written entry by entry.
final class SparseSpool {
  private let folder: String
  private let offsets: NPYWriter
  private let indices: NPYWriter
  private let values: NPYWriter
  private let labels: NPYWriter
  private let groups: NPYWriter
  private(set) var rows = 0
  private(set) var entries = 0
  /// One more than the largest column so far.
  private(set) var columnsInUse = 0
  private var isBinary = true

  init(folder: String) throws {
    self.folder = folder
    offsets = try NPYWriter(path: folder + "/X.indptr.npy", element: .int64)
    indices = try NPYWriter(path: folder + "/X.indices.npy", element: .int32)
    values = try NPYWriter(path: folder + "/X.values.npy", element: .float32)
    labels = try NPYWriter(path: folder + "/y.npy", element: .uint8)
    groups = try NPYWriter(path: folder + "/group.npy", element: .int64)
    try offsets.append(Int64(0))
  }

  /// Appends a row; its columns ascend.
  func append(columns: [Int32], values: [Float], label: UInt8, group: Int64) throws {
    rows += 1
    entries += columns.count
    if let last = columns.last { columnsInUse = max(columnsInUse, Int(last) + 1) }
    isBinary = isBinary && values.allSatisfy { $0 == 1 }
    try offsets.append(Int64(entries))
    try columns.withUnsafeBufferPointer { try indices.append($0) }
    try values.withUnsafeBufferPointer { try self.values.append($0) }
    try labels.append(label)
    try groups.append(group)
  }

  /// Ends the arrays and maps them; values only where they are not all 1.
  func finish(columnCount: Int, weights: NPYArray?) throws -> RowTable {
    _ = try (offsets.finish(), indices.finish(), values.finish(), labels.finish(), groups.finish())
    if isBinary { try FileManager.default.removeItem(atPath: values.path) }
    return RowTable(
      features: .sparse(try SparseArrays(folder: folder, columnCount: columnCount)),
      labels: try NPYArray(path: labels.path), groups: try NPYArray(path: groups.path),
      columns: weights.map { [.weight: $0] } ?? [:])
  }
}
