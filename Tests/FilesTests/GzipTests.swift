import Files
import Foundation
import TestSupport
import Testing

@Suite("Lines of a compressed file")
struct GzipTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// python3 -c 'import gzip,base64; print(base64.b64encode(gzip.compress(b"one\ntwo\r\nthree", mtime=0)).decode())'
  static let small = [UInt8](Data(base64Encoded: "H4sIAAAAAAACA8vPS+UqKc/n5SrJKEpNBQDNg7mPDgAAAA==")!)

  /// 300,000 lines, 3 MB: more than the pipe and the reader's buffer hold.
  static let large = (0..<300_000).map { Array("line \(String($0 % 9973 + 10_000))".utf8) }

  private func compressed(_ text: [UInt8]) throws -> [UInt8] {
    let path = try folder.write(text, to: "plain")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-1", path]
    try process.run()
    process.waitUntilExit()
    return try [UInt8](Data(contentsOf: URL(fileURLWithPath: path + ".gz")))
  }

  @Test("An intact archive, and two behind each other")
  func intact() throws {
    let once = try LineReader(path: folder.write(Self.small, to: "once.gz")).remaining()
    #expect(once == ["one", "two", "three"].map { Array($0.utf8) })
    let twice = try LineReader(path: folder.write(Self.small + Self.small, to: "twice.gz")).remaining()
    #expect(twice == ["one", "two", "threeone", "two", "three"].map { Array($0.utf8) })
  }

  @Test("A large archive is read whole; cut anywhere it is an error, after which no short line was handed out")
  func largeAndTruncated() throws {
    let archive = try compressed(Array(Self.large.joined(separator: [0x0A])))
    #expect(try LineReader(path: folder.write(archive, to: "whole.gz")).remaining() == Self.large)
    for kept in [archive.count - 1, archive.count - 9, archive.count / 2, 12] {
      let path = try folder.write(archive[..<kept], to: "cut.gz")
      let reader = try LineReader(path: path)
      var count = 0
      let error = try #require(throws: FileError.self) {
        while let line = try reader.next({ Array($0) }) {
          if line != Self.large[count] { Issue.record("line \(count) of the cut archive is \(line)") }
          count += 1
        }
      }
      #expect(count < Self.large.count)
      #expect(error.path == path && error.operation == "decompress")
      #expect(throws: FileError.self, "it stays an error") { try reader.next { _ in } }
    }
  }

  @Test("A flipped bit of the contents is an error, unless it is one that gzip does not use")
  func damaged() throws {
    var errors = 0
    for index in 10..<Self.small.count {
      var bytes = Self.small
      bytes[index] ^= 0x10
      let reader = try LineReader(path: folder.write(bytes, to: "damaged.gz"))
      do {
        #expect(try reader.remaining() == ["one", "two", "three"].map { Array($0.utf8) }, "byte \(index)")
      } catch is FileError {
        errors += 1
      }
    }
    #expect(errors >= Self.small.count - 11)
  }

  @Test("What is not gzip is an error", arguments: ["", "{\"a\": 1}\n", "\u{1f}"])
  func notGzip(_ text: String) throws {
    let reader = try LineReader(path: folder.write(text.utf8, to: "text.jsonl.gz"))
    let error = try #require(throws: FileError.self) { try reader.remaining() }
    #expect("\(error)".hasSuffix("text.jsonl.gz: cannot decompress: gzip found it damaged or cut short"))
  }

  @Test("A reader may be dropped before the end")
  func dropped() throws {
    let path = try folder.write(
      compressed(Array(Self.large.joined(separator: [0x0A]))), to: "whole.gz")
    for _ in 0..<3 {
      #expect(try LineReader(path: path).next { Array($0) } == Self.large[0])
    }
  }

  @Test("Readers at once, some of which stand still, do not wait for each other", .timeLimit(.minutes(2)))
  func concurrent() throws {
    let path = try folder.write(compressed(Array(Self.large.joined(separator: [0x0A]))), to: "whole.gz")
    let small = try folder.write(Self.small, to: "small.gz")
    try inThreads(8) { _ in
      for _ in 0..<10 {
        let waiting = try LineReader(path: path)
        _ = try waiting.next { _ in }
        let lines = try LineReader(path: small).remaining().count
        try withExtendedLifetime(waiting) { try #require(lines == 3) }
      }
    }
  }
}
