import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct SplitRowsTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Rows of three features that are their own numbers, in requests of 1 to 5 rows.
  func dataset(rows: Int) throws -> Dataset {
    var generator = SeededGenerator(seed: 5)
    var groups: [Int64] = []
    while groups.count < rows {
      let request = Int64(groups.count)
      groups += [Int64](repeating: request, count: Int.random(in: 1...5, using: &generator))
    }
    func save<Value>(_ values: [Value], _ element: NPYArray.Element, columns: Int? = nil, to name: String) throws {
      let writer = try NPYWriter(path: folder.file(name), element: element, columns: columns)
      try values.withUnsafeBufferPointer { try writer.append($0) }
      _ = try writer.finish()
    }
    try save((0..<3 * rows).map(Float.init), .float32, columns: 3, to: "X.npy")
    try save((0..<rows).map { UInt8($0 % 2) }, .uint8, to: "y.npy")
    try save((0..<rows).map { Float($0) }, .float32, to: "w.npy")
    try save(Array(groups.prefix(rows)), .int64, to: "group.npy")
    var arrays = ArrayImport(features: folder.file("X.npy"), labels: folder.file("y.npy"))
    arrays.groups = folder.file("group.npy")
    arrays.weights = folder.file("w.npy")
    arrays.split = .none
    _ = try arrays.write(to: folder.file("out"))
    return try Dataset(path: folder.file("out"))
  }

  func rows(of split: DatasetSplit) throws -> [Float] {
    var values: [Float] = []
    var rows = 0
    try split.forEachPiece { range, numbers in
      #expect(range.lowerBound == rows && numbers.count == 3 * range.count)
      rows = range.upperBound
      values += numbers
    }
    #expect(rows == split.rowCount)
    return values
  }

  @Test func piecesAreTheSameMappedAndRead() throws {
    let dataset = try dataset(rows: 200_000)
    let mapped = try dataset.split(.train)
    let read = try dataset.split(.train, mapsFeatures: false)
    #expect(mapped.mapsFeatures && !read.mapsFeatures && read.rowCount == 200_000)
    #expect(try rows(of: mapped) == Array(mapped.matrix))
    #expect(try rows(of: read) == Array(mapped.matrix))
  }

  @Test func aSampleIsOfWholeRequestsEvenlySpread() throws {
    let split = try dataset(rows: 200_000).split(.train, mapsFeatures: false)
    let sample = split.sample(ofAbout: 50_000)
    #expect(sample.isSample && (50_000..<60_000).contains(sample.rowCount))
    let values = try rows(of: sample)
    let weights = try #require(sample.weights)
    for row in 0..<sample.rowCount {
      let number = Int(values[3 * row]) / 3
      #expect(weights[row] == Float(number) && sample.labels[row] == UInt8(number % 2))
    }
    // Requests are numbered by their first rows: whole ones are as long in the sample.
    let all = Set(zip(split.requestOffsets(), split.requestOffsets().dropFirst()).map { $0..<$1 })
    let offsets = sample.requestOffsets()
    for (start, end) in zip(offsets, offsets.dropFirst()) {
      let first = Int(values[3 * start]) / 3
      #expect(all.contains(first..<first + end - start))
    }
    // A fourth of each tenth of the rows, about.
    for tenth in 0..<10 {
      let count = (0..<sample.rowCount).count { Int(values[3 * $0]) / 3 / 20_000 == tenth }
      #expect((4_500..<6_500).contains(count), "\(tenth): \(count)")
    }
    #expect(!split.sample(ofAbout: 200_000).isSample)
  }

  @Test func requestsBeginAtBoundaries() throws {
    let split = try dataset(rows: 2000).split(.train)
    let offsets = split.requestOffsets()
    for row in 0...2000 { #expect(split.requestBoundary(atOrAfter: row) == offsets.first { $0 >= row }) }
    let (lower, upper) = (offsets[100], offsets[300])
    #expect(split.requestOffsets(in: lower..<upper) == offsets[100...300].map { $0 - lower })
  }
}
