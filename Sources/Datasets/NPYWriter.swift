internal import Files
internal import Foundation

/// Writes a `.npy` array row by row: of one dimension, or of two with a fixed number of columns.
///
/// Call ``finish()`` at the end; it writes the number of rows into the header and returns the file's SHA-256.
final class NPYWriter {
  private static let headerLength = 128
  private static let flushSize = 1 << 20

  let path: String
  private let element: NPYArray.Element
  /// nil for one dimension.
  private let columns: Int?
  private let handle: FileHandle
  private var pending: [UInt8] = []
  private var byteCount = 0

  init(path: String, element: NPYArray.Element, columns: Int? = nil) throws {
    self.path = path
    self.element = element
    self.columns = columns
    guard FileManager.default.createFile(atPath: path, contents: nil), let handle = FileHandle(forWritingAtPath: path)
    else { throw FileError(path: path, operation: "create", reason: "the folder cannot be written") }
    self.handle = handle
    try handle.write(contentsOf: Data(count: Self.headerLength))
    pending.reserveCapacity(2 * Self.flushSize)
  }

  func append<Value>(_ values: UnsafeBufferPointer<Value>) throws {
    precondition(MemoryLayout<Value>.size == element.size, "\(path) takes \(element), not \(Value.self)")
    try append(bytes: UnsafeRawBufferPointer(values))
  }

  /// Appends elements as the bytes that they are.
  func append(bytes: UnsafeRawBufferPointer) throws {
    byteCount += bytes.count
    guard bytes.count < Self.flushSize else {
      try flush()
      for start in stride(from: 0, to: bytes.count, by: 64 << 20) {
        let end = min(start + (64 << 20), bytes.count)
        try handle.write(contentsOf: Data(UnsafeRawBufferPointer(rebasing: bytes[start..<end])))
      }
      return
    }
    pending.append(contentsOf: bytes)
    if pending.count >= Self.flushSize { try flush() }
  }

  func append<Value>(_ value: Value) throws {
    try withUnsafePointer(to: value) { try append(UnsafeBufferPointer(start: $0, count: 1)) }
  }

  func finish() throws -> String {
    try flush()
    let rows = byteCount / element.size / max(1, columns ?? 1)
    let shape = columns.map { "(\(rows), \($0))" } ?? "(\(rows),)"
    let text = "{'descr': '\(element.rawValue)', 'fortran_order': False, 'shape': \(shape), }"
    let padding = String(repeating: " ", count: Self.headerLength - 11 - text.utf8.count) + "\n"
    let length = UInt8(Self.headerLength - 10)
    try handle.seek(toOffset: 0)
    try handle.write(contentsOf: Data([0x93] + Array("NUMPY".utf8) + [1, 0, length, 0] + Array((text + padding).utf8)))
    try handle.close()
    return try sha256(ofFile: path)
  }

  private func flush() throws {
    try handle.write(contentsOf: pending)
    pending.removeAll(keepingCapacity: true)
  }
}
