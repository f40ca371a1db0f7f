import Foundation
import TestSupport
import Testing

@testable import Files

@Suite struct RangeReaderTests {
  @Test func anyRangeIsRead() throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let reader = try RangeReader(path: folder.write(bytes, to: "a"))
    #expect(reader.count == 100_000)
    for range in [0..<1, 99_999..<100_000, 0..<100_000, 512..<70_001, 5..<5] {
      #expect(Array(try reader.read(range)) == Array(bytes[range]))
    }
  }

  @Test func aFileThatIsCutIsNamed() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([UInt8](repeating: 1, count: 1000), to: "a")
    let reader = try RangeReader(path: path)
    try #require(FileHandle(forWritingAtPath: path)).truncate(atOffset: 600)
    #expect(throws: FileError(path: path, operation: "read", reason: "it ends at byte 600, expected 700")) {
      _ = try reader.read(500..<700)
    }
    #expect(throws: FileError.self) { try RangeReader(path: folder.path) }
    #expect(throws: FileError.self) { try RangeReader(path: folder.file("none")) }
  }
}
