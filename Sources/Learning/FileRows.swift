internal import Glibc

/// Rows in a file that is read piece by piece: for data larger than memory, or than the address space.
///
/// Numbers are little-endian float32, row after row without gaps. A reader holds an open file and a window of rows, and
/// nothing else grows with the file. That another program changes the file during a fit is not noticed, unless it is cut.
public struct FileRows: RowSource {
  /// The file.
  public let path: String
  /// Where the first row begins, in bytes.
  public let offset: Int
  public let rows: Int
  public let columns: Int
  /// How many bytes of rows a reader holds; more, where a single piece is longer.
  public let windowBytes: Int

  /// The rows that begin at byte `offset` of the file at `path`. Nothing is opened yet.
  ///
  /// - Precondition: No number is negative, and there are columns.
  public init(path: String, offset: Int, rows: Int, columns: Int, windowBytes: Int) {
    precondition(offset >= 0 && rows >= 0 && columns > 0 && windowBytes >= 0, "\(rows)×\(columns) at byte \(offset)")
    self.path = path
    self.offset = offset
    self.rows = rows
    self.columns = columns
    self.windowBytes = windowBytes
  }

  /// Bytes in a row.
  var rowBytes: Int { columns * MemoryLayout<Float>.stride }

  public func makeReader() -> any RowReader { FileRowReader(self) }
}

/// The open file and the window of one thread.
private final class FileRowReader: RowReader {
  private let source: FileRows
  private var descriptor: Int32 = -1
  private var window: UnsafeMutableRawPointer?
  /// How many rows fit into the window.
  private var capacity = 0
  /// Those that are in it.
  private var held = 0..<0
  private var announced = 0..<0

  init(_ source: FileRows) { self.source = source }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    window?.deallocate()
  }

  var rowStride: Int { source.columns }

  func announce(_ rows: Range<Int>) { announced = rows }

  func read(_ rows: Range<Int>) throws -> UnsafePointer<Float> {
    if rows.lowerBound < held.lowerBound || rows.upperBound > held.upperBound { try fetch(rows) }
    guard let window else { preconditionFailure("no rows were asked for") }
    let first = window + (rows.lowerBound - held.lowerBound) * source.rowBytes
    return UnsafePointer(first.assumingMemoryBound(to: Float.self))
  }

  /// Fills the window with `rows` and with as many that follow as were announced and fit.
  private func fetch(_ rows: Range<Int>) throws {
    held = 0..<0
    if capacity < rows.count || window == nil {
      window?.deallocate()
      capacity = max(rows.count, source.windowBytes / source.rowBytes)
      window = .allocate(byteCount: capacity * source.rowBytes, alignment: 64)
    }
    var end = rows.upperBound
    if announced.contains(rows.lowerBound) {
      end = max(end, min(rows.lowerBound + capacity, announced.upperBound))
    }
    try fill(with: rows.lowerBound..<end)
    held = rows.lowerBound..<end
  }

  private func fill(with rows: Range<Int>) throws {
    if descriptor < 0 {
      descriptor = open(source.path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw RowReadError(path: source.path, rows: rows, code: errno) }
      posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
    }
    let (start, count) = (source.offset + rows.lowerBound * source.rowBytes, rows.count * source.rowBytes)
    var done = 0
    while done < count {
      let read = pread(descriptor, window! + done, count - done, start + done)
      if read > 0 {
        done += read
      } else if read == 0 {
        throw RowReadError(path: source.path, rows: rows, endsAt: start + done)
      } else if errno != EINTR {
        throw RowReadError(path: source.path, rows: rows, code: errno)
      }
    }
  }
}
