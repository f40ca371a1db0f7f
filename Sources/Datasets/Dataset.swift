internal import Features
internal import Files
internal import Foundation

/// A dataset directory: its description and, on demand, its mapped arrays.
public struct Dataset: Sendable {
  public let path: String
  public let description: DatasetDescription
  /// SHA-256 of `dataset.json`, which itself holds the SHA-256 of every array.
  public let fingerprint: String

  public var featureNames: [String] { description.features.map(\.name) }

  /// - Throws: ``DatasetError`` when the folder is not a dataset that this version reads.
  public init(path: String) throws {
    self.path = path
    let file = path + "/dataset.json"
    guard let data = FileManager.default.contents(atPath: file) else {
      throw DatasetError.file(path, "is not a dataset: it has no dataset.json (make one with `train dataset build`)")
    }
    do {
      description = try JSONDecoder().decode(DatasetDescription.self, from: data)
    } catch {
      throw DatasetError.file(file, "is not a dataset description: \(Self.explain(error))")
    }
    guard description.schemaVersion == DatasetDescription.currentVersion else {
      throw DatasetError.file(
        file, "has schema version \(description.schemaVersion); this build reads \(DatasetDescription.currentVersion)")
    }
    fingerprint = sha256(of: data)
  }

  /// The text of the feature set that made the columns; nil for a dataset of imported arrays.
  public func featureSetText() -> String? {
    FileManager.default.contents(atPath: path + "/features.yml").map { String(decoding: $0, as: UTF8.self) }
  }

  /// The mapped arrays of one side, shapes checked against each other.
  ///
  /// - Parameter mapsFeatures: false leaves `X.npy` in its file: for one that is larger than the address space. Sparse
  ///   features are mapped in any case.
  public func split(_ name: SplitName, mapsFeatures: Bool = true) throws -> DatasetSplit {
    try DatasetSplit(
      folder: "\(path)/\(name.rawValue)", columnNames: featureNames, sparse: description.sparse,
      mapsFeatures: mapsFeatures)
  }

  private static func explain(_ error: any Error) -> String {
    switch error as? DecodingError {
    case .keyNotFound(let key, _): "the field \"\(key.stringValue)\" is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      "\(context.codingPath.map(\.stringValue).joined(separator: ".")) \(context.debugDescription)"
    default: "\(error)"
    }
  }
}

/// The arrays of one side of a dataset, mapped.
public struct DatasetSplit: Sendable {
  /// `X.npy`, rows × columns; of a sparse dataset the columns of its entries, `X.indices.npy`.
  public let features: NPYArray
  /// The features of a sparse dataset; nil where there is an `X.npy`.
  public let sparse: SparseArrays?
  private let labelArray: NPYArray
  private let groupArray: NPYArray
  private let optional: [RowColumn: NPYArray]
  /// The rows of `X.npy` that are this split's, in order; nil for all.
  let chosen: [Range<Int>]?
  /// Whether these are some of the rows of `X.npy`.
  public var isSample: Bool { chosen != nil }
  /// Whether `X.npy` is mapped.
  public let mapsFeatures: Bool

  public var rowCount: Int { labelArray.shape[0] }
  public var columnCount: Int { sparse?.columnCount ?? features.shape[1] }
  public var labels: UnsafeBufferPointer<UInt8> { labelArray.buffer(of: UInt8.self) }
  /// The rows of `X.npy`, one after the other; valid while this value lives.
  ///
  /// - Precondition: The dataset is not sparse, `X.npy` is mapped, and all of its rows are this split's.
  public var matrix: UnsafeBufferPointer<Float> {
    precondition(chosen == nil, "\(features.path): some of its rows are this split's, not all")
    return features.buffer(of: Float.self)
  }
  public var weights: UnsafeBufferPointer<Float>? { optional[.weight]?.buffer(of: Float.self) }
  public var positions: UnsafeBufferPointer<Int32>? { optional[.position]?.buffer(of: Int32.self) }
  public var propensities: UnsafeBufferPointer<Float>? { optional[.propensity]?.buffer(of: Float.self) }
  public var timestamps: UnsafeBufferPointer<Int64>? { optional[.timestamp]?.buffer(of: Int64.self) }
  /// A stable hash of each row's user.
  public var users: UnsafeBufferPointer<Int64>? { optional[.user]?.buffer(of: Int64.self) }
  /// The proposition's smoothed click rate as of the request: the baseline to beat.
  public var popularity: UnsafeBufferPointer<Float>? { optional[.popularity]?.buffer(of: Float.self) }
  /// A stable hash of each row's proposition.
  public var propositions: UnsafeBufferPointer<Int64>? { optional[.proposition]?.buffer(of: Int64.self) }
  /// 1 for the rows of a user's first request in the log, 0 for all later ones.
  public var newUsers: UnsafeBufferPointer<UInt8>? { optional[.newUser]?.buffer(of: UInt8.self) }

  /// The code of each row in a column of names, or -1 where none was logged; `DatasetDescription.codes` holds the names.
  public func codes(of column: CodedColumn) -> UnsafeBufferPointer<Int32>? {
    optional[column.rowColumn]?.buffer(of: Int32.self)
  }

  init(folder: String, columnNames: [String], sparse columns: SparseColumns?, mapsFeatures: Bool) throws {
    sparse = try columns.map { try SparseArrays(folder: folder, columnCount: $0.count) }
    features = try sparse?.indexArray ?? NPYArray(path: folder + "/X.npy", mapped: mapsFeatures)
    self.mapsFeatures = mapsFeatures || columns != nil
    chosen = nil
    guard sparse != nil || features.element == .float32 && features.shape.count == 2 else {
      throw DatasetError.file(
        features.path, "holds \(features.element) of shape \(features.shape); expected float32, rows × features")
    }
    guard sparse != nil || features.shape[1] == columnNames.count else {
      throw DatasetError.file(
        features.path, "has \(features.shape[1]) columns, but dataset.json names \(columnNames.count) features")
    }
    let rows = sparse?.rowCount ?? features.shape[0]
    func column(_ name: String, _ element: NPYArray.Element) throws -> NPYArray {
      let array = try NPYArray(path: "\(folder)/\(name).npy")
      guard array.element == element, array.shape == [rows] else {
        throw DatasetError.file(
          array.path, "holds \(array.element) of shape \(array.shape); expected \(element) of shape [\(rows)]")
      }
      return array
    }
    labelArray = try column("y", .uint8)
    groupArray = try column("group", .int64)
    var optional: [RowColumn: NPYArray] = [:]
    for kind in RowColumn.allCases where FileManager.default.fileExists(atPath: "\(folder)/\(kind.rawValue).npy") {
      optional[kind] = try column(kind.rawValue, kind.element)
    }
    self.optional = optional
  }

  /// The rows of `ranges` alone; their features stay where they are.
  private init(_ split: DatasetSplit, _ ranges: [Range<Int>]) {
    func chosen<Value>(_ array: NPYArray, _: Value.Type) -> NPYArray {
      let values = array.buffer(of: Value.self)
      return NPYArray(ranges.flatMap { values[$0] }, array.element, path: array.path)
    }
    features = split.features
    sparse = nil
    mapsFeatures = split.mapsFeatures
    self.chosen = ranges
    labelArray = chosen(split.labelArray, UInt8.self)
    groupArray = chosen(split.groupArray, Int64.self)
    // The bits are what is copied: whole numbers stand for fractions, too.
    optional = split.optional.mapValues { array in
      switch array.element.size {
      case 8: chosen(array, Int64.self)
      case 4: chosen(array, Int32.self)
      default: chosen(array, UInt8.self)
      }
    }
  }

  /// The first row of a request at or after `row`; the number of rows where there is none.
  ///
  /// - Complexity: O(rows of a request).
  public func requestBoundary(atOrAfter row: Int) -> Int {
    let groups = groupArray.buffer(of: Int64.self)
    var row = max(0, row)
    while row > 0, row < groups.count, groups[row] == groups[row - 1] { row += 1 }
    return min(row, groups.count)
  }

  /// About `limit` of the rows where there are more: whole requests in 1,024 runs, evenly spaced over all rows.
  ///
  /// - Precondition: This is not a sample already, and not sparse.
  public func sample(ofAbout limit: Int) -> DatasetSplit {
    precondition(chosen == nil && sparse == nil, "a sample of a sample, or of sparse rows")
    guard rowCount > limit else { return self }
    let runs = 1024
    var ranges: [Range<Int>] = []
    for run in 0..<runs {
      let start = requestBoundary(atOrAfter: max(ranges.last?.upperBound ?? 0, rowCount / runs * run))
      let end = requestBoundary(atOrAfter: start + limit / runs)
      if start < end { ranges.append(start..<end) }
    }
    return DatasetSplit(self, ranges)
  }

  /// Where each request begins in the rows, and after the last one their end.
  public func requestOffsets() -> [Int] { requestOffsets(in: 0..<rowCount) }

  /// Where each request begins in the rows of `range`, counted from its start, and after the last one their end.
  public func requestOffsets(in range: Range<Int>) -> [Int] {
    let groups = UnsafeBufferPointer(rebasing: groupArray.buffer(of: Int64.self)[range])
    guard !groups.isEmpty else { return [0] }
    return [0] + (1..<groups.count).filter { groups[$0] != groups[$0 - 1] } + [groups.count]
  }
}
