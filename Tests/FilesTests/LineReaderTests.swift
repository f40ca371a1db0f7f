import Files
import Foundation
import TestSupport
import Testing

@Suite("Lines of a text file")
struct LineReaderTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The reader's first buffer, which lines must cross unharmed.
  static let bufferSize = 1 << 20

  @Test(
    "Line ends",
    arguments: [
      ("", []),
      ("\n", [""]),
      ("a", ["a"]),
      ("a\n", ["a"]),
      ("a\nb", ["a", "b"]),
      ("a\r\nb\r\n", ["a", "b"]),
      ("a\r\nb\r", ["a", "b"]),
      ("\r\n\r\n", ["", ""]),
      ("\n\na\n\n", ["", "", "a", ""]),
      ("a\rb\n", ["a\rb"]),
      ("a\r\r\n", ["a\r"]),
      ("a\u{0}b\nö\n", ["a\u{0}b", "ö"]),
    ])
  func lineEnds(_ text: String, _ expected: [String]) throws {
    let reader = try LineReader(path: folder.write(text.utf8, to: "lines.txt"))
    #expect(try reader.remaining().map { String(decoding: $0, as: UTF8.self) } == expected)
    #expect(reader.lineNumber == expected.count)
    #expect(try reader.next { _ in } == nil, "the end stays the end")
  }

  @Test("A line end on, before and behind the border of the buffer", arguments: -2...2, ["\n", "\r\n"])
  func border(_ offset: Int, _ lineEnd: String) throws {
    let first = [UInt8](repeating: UInt8(ascii: "x"), count: Self.bufferSize + offset - lineEnd.utf8.count)
    let reader = try LineReader(path: folder.write(first + lineEnd.utf8 + "second".utf8, to: "lines.txt"))
    #expect(try reader.remaining() == [first, Array("second".utf8)])
  }

  @Test("Lines longer than the buffer", arguments: [1, 2, 3])
  func longLines(_ buffers: Int) throws {
    let long = [UInt8](repeating: UInt8(ascii: "x"), count: buffers * Self.bufferSize + 17)
    let text = Array("short\n".utf8) + long + Array("\nend\n".utf8) + long
    let reader = try LineReader(path: folder.write(text, to: "lines.txt"))
    #expect(try reader.remaining() == [Array("short".utf8), long, Array("end".utf8), long])
  }

  @Test("Seeded lines of any length come back", arguments: 1...4 as ClosedRange<UInt64>)
  func sweep(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var lines: [[UInt8]] = []
    var text: [UInt8] = []
    while text.count < 3 * Self.bufferSize {
      let length = Int.random(in: 0...(1 << Int.random(in: 0...19, using: &generator)), using: &generator)
      lines.append([UInt8](repeating: UInt8.random(in: 0x20...0xFF, using: &generator), count: length))
      text += lines.last!
      text += Bool.random(using: &generator) ? [0x0D, 0x0A] : [0x0A]
    }
    let reader = try LineReader(path: folder.write(text, to: "lines.txt"))
    #expect(try reader.remaining() == lines, "seed \(seed)")
  }

  @Test("Bytes behind every line are readable")
  func padding() throws {
    for text in ["a", String(repeating: "b", count: Self.bufferSize), ""] {
      let reader = try LineReader(path: folder.write("\(text)\n\(text)".utf8, to: "lines.txt"))
      while let sum = try reader.next({ line in
        UnsafeRawBufferPointer(start: line.baseAddress, count: line.count + LineReader.padding).reduce(0) {
          $0 &+ Int($1)
        }
      }) {
        #expect(sum >= 0)
      }
    }
  }

  @Test("An error of the body leaves the reader at the next line")
  func bodyThrows() throws {
    struct Stop: Error {}
    let reader = try LineReader(path: folder.write("a\nb\nc\n".utf8, to: "lines.txt"))
    #expect(throws: Stop.self) { try reader.next { _ in throw Stop() } }
    #expect(reader.lineNumber == 1)
    #expect(try reader.next { Array($0) } == Array("b".utf8))
    #expect(reader.lineNumber == 2)
  }

  @Test("A missing file and a folder are errors that name the path")
  func unreadable() throws {
    for name in ["missing.jsonl", "missing.jsonl.gz"] {
      let path = folder.file(name)
      let error = try #require(throws: FileError.self) { try LineReader(path: path) }
      #expect(error == FileError(path: path, operation: "open", reason: "No such file or directory"))
      #expect("\(error)" == "\(path): cannot open: No such file or directory")
    }
    let reader = try LineReader(path: folder.path)
    #expect(throws: FileError(path: folder.path, operation: "read", reason: "Is a directory")) {
      try reader.next { _ in }
    }
  }
}
