import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct ArrayImportTests {
  func save<Value>(_ values: [Value], _ element: NPYArray.Element, columns: Int? = nil, to path: String) throws {
    let writer = try NPYWriter(path: path, element: element, columns: columns)
    try values.withUnsafeBufferPointer { try writer.append($0) }
    _ = try writer.finish()
  }

  /// 20 rows × 2 columns, five requests of four rows.
  func arrays(in folder: TemporaryFolder, features: [Float]? = nil, labels: [UInt8]? = nil, groups: [Int64]? = nil)
    throws
    -> ArrayImport
  {
    try save(features ?? (0..<40).map { Float($0) }, .float32, columns: 2, to: folder.file("X.npy"))
    try save(labels ?? (0..<20).map { UInt8($0 % 2) }, .uint8, to: folder.file("y.npy"))
    try save(groups ?? (0..<20).map { Int64(9 - $0 / 4) }, .int64, to: folder.file("group.npy"))
    var arrays = ArrayImport(features: folder.file("X.npy"), labels: folder.file("y.npy"))
    arrays.groups = folder.file("group.npy")
    return arrays
  }

  @Test func everythingComesThrough() throws {
    let folder = try TemporaryFolder()
    var arrays = try arrays(in: folder)
    try save((0..<20).map { Float($0) / 2 }, .float32, to: folder.file("w.npy"))
    arrays.weights = folder.file("w.npy")
    arrays.featureNames = ["left", "right"]
    arrays.split = .none
    _ = try arrays.write(to: folder.file("out"))
    let dataset = try Dataset(path: folder.file("out"))
    let rows = try dataset.split(.train)
    #expect(dataset.featureNames == ["left", "right"])
    #expect(Array(rows.matrix) == (0..<40).map { Float($0) })
    #expect(Array(rows.labels) == (0..<20).map { UInt8($0 % 2) })
    #expect(rows.weights.map(Array.init) == (0..<20).map { Float($0) / 2 })
    #expect(rows.requestOffsets() == [0, 4, 8, 12, 16, 20])
    #expect(try dataset.split(.test).rowCount == 0)
    #expect(dataset.featureSetText() == nil)
  }

  @Test func otherKindsOfNumbersAreConverted() throws {
    let folder = try TemporaryFolder()
    try save((0..<40).map { Double($0) }, .float64, columns: 2, to: folder.file("X.npy"))
    try save((0..<20).map { Double($0 % 2) }, .float64, to: folder.file("y.npy"))
    var arrays = ArrayImport(features: folder.file("X.npy"), labels: folder.file("y.npy"))
    arrays.split = .none
    _ = try arrays.write(to: folder.file("out"))
    let rows = try Dataset(path: folder.file("out")).split(.train)
    #expect(Array(rows.matrix) == (0..<40).map { Float($0) })
    #expect(rows.requestOffsets().count == 21)
  }

  @Test func aSplitByTimeKeepsTheOrder() throws {
    let folder = try TemporaryFolder()
    let parts = try arrays(in: folder).write(to: folder.file("out")).parts
    #expect(parts.mapValues(\.requests) == ["train": 4, "validation": 0, "test": 1])
    let test = try Dataset(path: folder.file("out")).split(.test)
    #expect(Array(test.matrix) == (32..<40).map { Float($0) })
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func aNumberThatIsNoneNamesFileRowAndFeature(value: Float) throws {
    for place in [0, 17, 39] {
      let folder = try TemporaryFolder()
      var features = (0..<40).map { Float($0) }
      features[place] = value
      let error = try #require(throws: DatasetError.self) {
        try arrays(in: folder, features: features).write(to: folder.file("out"))
      }
      #expect(error.description.hasPrefix(folder.file("X.npy")))
      #expect(error.description.contains("row \(place / 2), feature \"x\(place % 2)\" is \(value)"), "\(error)")
      #expect(try folder.entries() == ["X.npy", "group.npy", "y.npy"])
    }
  }

  @Test func aDoubleBeyondFloatIsAnError() throws {
    let folder = try TemporaryFolder()
    try save([1, 2, 1e300, 4], .float64, columns: 2, to: folder.file("X.npy"))
    try save([0, 1], .int64, to: folder.file("y.npy"))
    let error = try #require(throws: DatasetError.self) {
      try ArrayImport(features: folder.file("X.npy"), labels: folder.file("y.npy")).write(to: folder.file("out"))
    }
    #expect(error.description.contains("row 1, feature 0 is 1e+300"), "\(error)")
  }

  @Test func otherBadInputIsNamed() throws {
    func message(_ change: (TemporaryFolder) throws -> ArrayImport) throws -> String {
      let folder = try TemporaryFolder()
      return try #require(throws: DatasetError.self) { try change(folder).write(to: folder.file("out")) }.description
    }
    #expect(
      try message { try arrays(in: $0, labels: Array(repeating: 2, count: 20)) }.contains(
        "row 0 is 2.0; expected 0 or 1"))
    #expect(try message { try arrays(in: $0, labels: [0, 1]) }.contains("expected [20]"))
    #expect(
      try message { try arrays(in: $0, groups: (0..<20).map { Int64($0 % 3) }) }.contains(
        "row 3: request 0 comes again"))
    #expect(
      try message {
        var arrays = try arrays(in: $0)
        arrays.featureNames = ["x", "x"]
        return arrays
      }.contains("expected 2 different feature names"))
    #expect(
      try message {
        try save([-1] + [Double](repeating: 1, count: 19), .float64, to: $0.file("w.npy"))
        var arrays = try arrays(in: $0)
        arrays.weights = $0.file("w.npy")
        return arrays
      }.contains("row 0 is -1.0; expected a weight of 0 or more"))
    #expect(
      try message {
        var arrays = try arrays(in: $0)
        arrays.split = .user
        return arrays
      }.contains("arrays carry no users"))
  }

  @Test func aDamagedDatasetIsNamed() throws {
    let folder = try TemporaryFolder()
    _ = try arrays(in: folder).write(to: folder.file("out"))
    try save([Float](repeating: 0, count: 9), .float32, columns: 3, to: folder.file("out/train/X.npy"))
    #expect(
      try #require(throws: DatasetError.self) { try Dataset(path: folder.file("out")).split(.train) }
        .description.contains("has 3 columns, but dataset.json names 2 features"))
    try Data("{\"features\": 3}".utf8).write(to: URL(fileURLWithPath: folder.file("out/dataset.json")))
    #expect(throws: DatasetError.self) { try Dataset(path: folder.file("out")) }
    #expect(
      try #require(throws: DatasetError.self) { try Dataset(path: folder.file("nothing")) }
        .description.contains("train dataset build"))
  }
}
