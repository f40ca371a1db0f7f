internal import Events
internal import Foundation

/// The rows of a replay on their way to the split: arrays in a temporary folder.
final class RowSpool {
  private let folder: String
  private let features: NPYWriter
  private let labels: NPYWriter
  private let groups: NPYWriter
  private let columns: [RowColumn: NPYWriter]
  private var knowsPropensities = true

  init(folder: String, columnCount: Int) throws {
    self.folder = folder
    features = try NPYWriter(path: folder + "/X.npy", element: .float32, columns: columnCount)
    labels = try NPYWriter(path: folder + "/y.npy", element: .uint8)
    groups = try NPYWriter(path: folder + "/group.npy", element: .int64)
    var columns: [RowColumn: NPYWriter] = [:]
    for column in [RowColumn.position, .propensity, .timestamp, .user, .popularity] {
      columns[column] = try NPYWriter(path: "\(folder)/\(column.rawValue).npy", element: column.element)
    }
    self.columns = columns
  }

  /// Appends the rows of one request. A propensity that is not known is NaN.
  func append(
    features: [Float], labels: [UInt8], group: Int64, timestamp: Timestamp, user: Int64, positions: [Int32],
    propensities: [Float], popularity: [Float]
  ) throws {
    try features.withUnsafeBufferPointer { try self.features.append($0) }
    try labels.withUnsafeBufferPointer { try self.labels.append($0) }
    for _ in labels {
      try groups.append(group)
      try columns[.timestamp]!.append(timestamp.microseconds)
      try columns[.user]!.append(user)
    }
    try positions.withUnsafeBufferPointer { try columns[.position]!.append($0) }
    try propensities.withUnsafeBufferPointer { try columns[.propensity]!.append($0) }
    try popularity.withUnsafeBufferPointer { try columns[.popularity]!.append($0) }
    knowsPropensities = knowsPropensities && !propensities.contains(where: \.isNaN)
  }

  /// Ends the arrays and maps them; propensities only where every row has one.
  func finish() throws -> RowTable {
    _ = try (features.finish(), labels.finish(), groups.finish())
    var arrays: [RowColumn: NPYArray] = [:]
    for (column, writer) in columns {
      _ = try writer.finish()
      if column == .propensity, !knowsPropensities { continue }
      arrays[column] = try NPYArray(path: writer.path)
    }
    return RowTable(
      features: try NPYArray(path: features.path), labels: try NPYArray(path: labels.path),
      groups: try NPYArray(path: groups.path), columns: arrays)
  }
}
