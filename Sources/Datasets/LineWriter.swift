internal import Files
internal import Foundation
public import JSON

/// Writes JSON Lines to a file.
public final class LineWriter {
  private static let flushSize = 1 << 20

  private let path: String
  private let handle: FileHandle
  private var writer = JSONWriter(capacity: 2 * flushSize)
  /// Lines written so far.
  public private(set) var count = 0

  public init(path: String) throws {
    self.path = path
    guard FileManager.default.createFile(atPath: path, contents: nil), let handle = FileHandle(forWritingAtPath: path)
    else { throw FileError(path: path, operation: "create", reason: "the folder cannot be written") }
    self.handle = handle
  }

  /// Writes one line; `body` writes one value.
  public func write(_ body: (inout JSONWriter) throws -> Void) throws {
    try body(&writer)
    writer.newline()
    count += 1
    if writer.bytes.count >= Self.flushSize { try flush() }
  }

  /// Writes out what is pending and closes the file.
  public func finish() throws {
    try flush()
    try handle.close()
  }

  private func flush() throws {
    do {
      try handle.write(contentsOf: writer.bytes)
    } catch {
      throw FileError(path: path, operation: "write", reason: error.localizedDescription)
    }
    writer.removeAll()
  }
}
