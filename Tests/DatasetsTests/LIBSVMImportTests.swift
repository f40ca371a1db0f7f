import Features
import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite("LIBSVM files") struct LIBSVMImportTests {
  private func dataset(
    _ text: String, _ rule: SparseColumnRule = .indexed(base: 1), columns: Int? = nil, split: SplitRuleName = .none,
    in folder: TemporaryFolder
  ) throws -> Dataset {
    var source = LIBSVMImport(data: try folder.write(text, to: "rows.svm"), rule: rule)
    source.columnCount = columns
    source.split = split
    _ = try source.write(to: folder.file("out"))
    return try Dataset(path: folder.file("out"))
  }

  @Test func everythingComesThrough() throws {
    let folder = try TemporaryFolder()
    let dataset = try dataset(
      """
      +1 1:0.5 3:-2e1 # a comment 9:9
      -1\t2:1   4:1.25

      # nothing but a comment
      -1
      1.0 4:+7

      """, columns: 6, in: folder)
    #expect(dataset.featureNames == [])
    #expect(dataset.description.sparse == .init(count: 6, indexBase: 1))
    let rows = try dataset.split(.train)
    let arrays = try #require(rows.sparse)
    #expect(Array(arrays.offsets) == [0, 2, 4, 4, 5])
    #expect(Array(arrays.indices) == [0, 2, 1, 3, 3])
    #expect(arrays.values.map(Array.init) == [0.5, -20, 1, 1.25, 7])
    #expect(Array(rows.labels) == [1, 0, 0, 1])
    #expect(rows.requestOffsets() == [0, 1, 2, 3, 4])
    #expect(rows.rowCount == 4 && rows.columnCount == 6)
    #expect(try dataset.split(.test).rowCount == 0)
  }

  @Test("Values of 1 alone take no array; indices from 0; as many columns as the largest asks for")
  func binary() throws {
    let folder = try TemporaryFolder()
    let dataset = try dataset("1 0:1 2:1\n0 1:1.0\n", .indexed(base: 0), in: folder)
    #expect(dataset.description.sparse == .init(count: 3, indexBase: 0))
    let arrays = try #require(try dataset.split(.train).sparse)
    #expect(arrays.values == nil)
    #expect(Array(arrays.indices) == [0, 2, 1])
    #expect(dataset.description.files.keys.sorted().contains("train/X.values.npy") == false)
  }

  @Test("qid is the request, which no split divides; every file is hashed")
  func splitByTime() throws {
    let folder = try TemporaryFolder()
    let text = (0..<40).map { "\($0 % 3 == 0 ? 1 : 0) qid:\(90 - $0 / 2) \($0 % 5 + 1):\($0 + 1)" }
    let dataset = try dataset(text.joined(separator: "\n"), split: .time, in: folder)
    let sides = try SplitName.allCases.map { try dataset.split($0) }
    #expect(sides.map(\.rowCount) == [32, 4, 4])
    #expect(sides[1].requestOffsets() == [0, 2, 4])
    let values = try sides.flatMap { try #require($0.sparse?.values) }
    #expect(values == (1...40).map(Float.init))
    #expect(sides[2].sparse.map { Array($0.offsets) } == [0, 1, 2, 3, 4])
    for side in SplitName.allCases {
      for name in ["X.indptr", "X.indices", "X.values", "y", "group"] {
        #expect(dataset.description.files["\(side.rawValue)/\(name).npy"]?.count == 64)
      }
    }
  }

  /// By the Python function of docs/formats.md: `stable_hash(name.encode()) & (2**bits - 1)`.
  @Test(
    "Names hash to the same columns for ever",
    arguments: [
      ("", Int32(387_227), Int32(699_787_419)), ("u1", 631_199, 430_547_359), ("user=42", 298_866, 561_287_026),
      ("país", 735_824, 534_461_008), ("site=http://x/y", 851_128, 837_614_776),
    ])
  func golden(name: String, of20Bits: Int32, of30Bits: Int32) {
    #expect(SparseColumns.hashed(name.utf8, bits: 20) == of20Bits)
    #expect(SparseColumns.hashed(name.utf8, bits: 30) == of30Bits)
  }

  @Test("Named features: a value after the last colon, 1 without; what meets in a column adds up")
  func hashed() throws {
    let folder = try TemporaryFolder()
    let dataset = try dataset(
      "1 word site=http://x/y:2.5 word:3\n0 country=pt u1:-1 u1:1\n", .hashed(bits: 20), in: folder)
    #expect(dataset.description.sparse == SparseColumns(hashBits: 20))
    let arrays = try #require(try dataset.split(.train).sparse)
    // word 1 + 3 in column 319125, the site in 851128.
    #expect(Array(arrays.indices[..<2]) == [319_125, 851_128])
    #expect(arrays.values.map { Array($0[..<2]) } == [4, 2.5])
    // What cancels keeps its entry, of value 0.
    #expect(arrays.entryCount == 4)
    #expect(arrays.values?[2...].sorted() == [0, 1])
  }

  @Test(arguments: [
    ("1 1:1\nyes 1:1", "rows.svm:2: expected a label, 0 or 1, or −1 or +1, found \"yes\""),
    ("2 1:1", "rows.svm:1: has label 2.0"),
    ("nan 1:1", "rows.svm:1: has label nan"),
    ("1 1:1\n0 1:1\n-1 1:1", "rows.svm:3: has label -1, but lines before have 0"),
    ("1 1:1\n\n0 0:3", "rows.svm:3: index 0 in \"0:3\" is below 1, the first; pass --index-base 0"),
    ("1 -4:3", "rows.svm:1: index -4"),
    ("1 3:1 2:1", "rows.svm:1: index 2 comes after 3; indices of a line have to ascend"),
    ("1 3:1 3:1", "rows.svm:1: index 3 comes after 3"),
    ("1 3", "rows.svm:1: expected index:value, found \"3\"; for features with names, pass --hash-bits"),
    ("1 a:1", "rows.svm:1: expected index:value, found \"a:1\""),
    ("1 3:", "rows.svm:1: expected a number after the colon in \"3:\""),
    ("1 3:1x", "rows.svm:1: expected a number after the colon"),
    ("1 3:0x10", "rows.svm:1: expected a number after the colon"),
    ("1 3:nan", "rows.svm:1: the value in \"3:nan\" is not a finite float32"),
    ("1 3:1e39", "rows.svm:1: the value in \"3:1e39\" is not a finite float32"),
    ("1 2147483649:1", "rows.svm:1: index 2147483649 in \"2147483649:1\" does not fit 32 bits"),
    ("1 9:1", "has an index of 9, beyond the 8 columns of --columns"),
    ("1 qid:1 1:1\n0 2:1", "rows.svm:2: has no qid, but lines before have"),
    ("1 1:1\n0 qid:1 2:1", "rows.svm:2: has a qid, but lines before have none"),
    ("1 qid:1 1:1\n0 qid:2\n0 qid:1", "rows.svm:3: request 1 comes again"),
    ("1 1:1 qid:1", "rows.svm:1: expected qid: and a whole number, once and right after the label"),
    ("# nothing\n\n", "rows.svm: holds no row"),
  ])
  func faults(text: String, message: String) throws {
    let folder = try TemporaryFolder()
    let error = try #require(throws: DatasetError.self) { _ = try dataset(text, columns: 8, in: folder) }
    #expect("\(error)".contains(message), "\(error)")
    #expect(try folder.entries() == ["rows.svm"])
  }

  @Test("A damaged array is named when the dataset is opened")
  func damage() throws {
    let folder = try TemporaryFolder()
    let dataset = try dataset("1 1:1 2:1\n0 2:1\n", in: folder)
    let path = folder.file("out/train/X.indices.npy")
    var bytes = try #require(FileManager.default.contents(atPath: path))
    bytes[bytes.count - 4] = 99
    try bytes.write(to: URL(fileURLWithPath: path))
    let error = try #require(throws: DatasetError.self) { _ = try dataset.split(.train) }
    #expect("\(error)".contains("X.indices.npy: row 1 has column 99"), "\(error)")
  }
}
