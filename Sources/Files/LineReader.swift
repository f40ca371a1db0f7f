internal import Glibc

/// The lines of a text file (`.gz` is decompressed, `-` is standard input), as bytes, without their line ends.
///
/// Each line handed out has at least ``padding`` readable bytes behind it, so that a vectorised parser may read past
/// its end. Memory is bounded by the longest line.
public final class LineReader {
  /// Readable bytes behind each line.
  public static let padding = 64
  private static let initialCapacity = 1 << 20

  private let source: ByteSource
  private var buffer: UnsafeMutableRawBufferPointer
  private var start = 0
  private var end = 0
  private var atEnd = false

  public var path: String { source.path }
  /// The number of the line last handed out, from 1.
  public private(set) var lineNumber = 0

  /// - Throws: ``FileError`` when the file cannot be opened.
  public init(path: String) throws {
    source = try ByteSource(path: path)
    buffer = .allocate(byteCount: Self.initialCapacity + Self.padding, alignment: 64)
    buffer.initializeMemory(as: UInt8.self, repeating: 0)
  }

  deinit { buffer.deallocate() }

  /// Calls `body` with the next line, or returns nil at the end. The bytes are valid during the call only.
  public func next<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result? {
    var scanned = 0
    while true {
      let base = buffer.baseAddress! + start
      if let newline = memchr(base + scanned, 0x0A, end - start - scanned) {
        let length = UnsafeRawPointer(newline) - UnsafeRawPointer(base)
        start += length + 1
        lineNumber += 1
        return try body(trimmed(UnsafeRawBufferPointer(start: base, count: length)))
      }
      scanned = end - start
      if atEnd {
        guard scanned > 0 else { return nil }
        start = end
        lineNumber += 1
        return try body(trimmed(UnsafeRawBufferPointer(start: base, count: scanned)))
      }
      try fill()
    }
  }

  private func trimmed(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    line.last == 0x0D ? UnsafeRawBufferPointer(rebasing: line.dropLast()) : line
  }

  private func fill() throws {
    if start > 0 {
      memmove(buffer.baseAddress!, buffer.baseAddress! + start, end - start)
      end -= start
      start = 0
    }
    if end + Self.padding == buffer.count {
      let larger = UnsafeMutableRawBufferPointer.allocate(
        byteCount: 2 * (buffer.count - Self.padding) + Self.padding, alignment: 64)
      larger.initializeMemory(as: UInt8.self, repeating: 0)
      larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<end]))
      buffer.deallocate()
      buffer = larger
    }
    let count = try source.read(
      into: UnsafeMutableRawBufferPointer(rebasing: buffer[end..<(buffer.count - Self.padding)]))
    end += count
    atEnd = count == 0
  }
}
