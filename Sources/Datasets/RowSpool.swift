internal import Events
internal import Foundation

/// The rows of one request, item by item of its slate.
struct RequestRows {
  var features: [Float]
  var labels: [UInt8]
  var group: Int64
  var timestamp: Timestamp
  var user: Int64
  var isNewUser: Bool
  var device: Int32
  var contextType: Int32
  var positions: [Int32]
  /// NaN where not known.
  var propensities: [Float]
  var popularity: [Float]
  var propositions: [Int64]
  var categories: [Int32]
}

/// The rows of a replay on their way to the split: arrays in a temporary folder.
final class RowSpool {
  private let folder: String
  private let features: NPYWriter
  private let labels: NPYWriter
  private let groups: NPYWriter
  private let columns: [RowColumn: NPYWriter]
  /// The columns that say something: not propensities of which some are missing, nor codes of which all are.
  private var known = Set(RowColumn.allCases).subtracting([.category, .device, .contextType])

  init(folder: String, columnCount: Int) throws {
    self.folder = folder
    features = try NPYWriter(path: folder + "/X.npy", element: .float32, columns: columnCount)
    labels = try NPYWriter(path: folder + "/y.npy", element: .uint8)
    groups = try NPYWriter(path: folder + "/group.npy", element: .int64)
    var columns: [RowColumn: NPYWriter] = [:]
    for column in RowColumn.allCases where column != .weight {
      columns[column] = try NPYWriter(path: "\(folder)/\(column.rawValue).npy", element: column.element)
    }
    self.columns = columns
  }

  /// Appends the rows of one request.
  func append(_ request: RequestRows) throws {
    try request.features.withUnsafeBufferPointer { try features.append($0) }
    try request.labels.withUnsafeBufferPointer { try labels.append($0) }
    for _ in request.labels {
      try groups.append(request.group)
      try columns[.timestamp]!.append(request.timestamp.microseconds)
      try columns[.user]!.append(request.user)
      try columns[.newUser]!.append(UInt8(request.isNewUser ? 1 : 0))
      try columns[.device]!.append(request.device)
      try columns[.contextType]!.append(request.contextType)
    }
    try request.positions.withUnsafeBufferPointer { try columns[.position]!.append($0) }
    try request.propensities.withUnsafeBufferPointer { try columns[.propensity]!.append($0) }
    try request.popularity.withUnsafeBufferPointer { try columns[.popularity]!.append($0) }
    try request.propositions.withUnsafeBufferPointer { try columns[.proposition]!.append($0) }
    try request.categories.withUnsafeBufferPointer { try columns[.category]!.append($0) }
    if request.propensities.contains(where: \.isNaN) { known.remove(.propensity) }
    for (column, codes) in [
      (RowColumn.device, [request.device]), (.contextType, [request.contextType]), (.category, request.categories),
    ] where codes.contains(where: { $0 >= 0 }) { known.insert(column) }
  }

  /// Ends the arrays and maps them; propensities only where every row has one, codes only where any row has one.
  func finish() throws -> RowTable {
    _ = try (features.finish(), labels.finish(), groups.finish())
    var arrays: [RowColumn: NPYArray] = [:]
    for (column, writer) in columns {
      _ = try writer.finish()
      guard known.contains(column) else { continue }
      arrays[column] = try NPYArray(path: writer.path)
    }
    return RowTable(
      features: .dense(try NPYArray(path: features.path)), labels: try NPYArray(path: labels.path),
      groups: try NPYArray(path: groups.path), columns: arrays)
  }
}
