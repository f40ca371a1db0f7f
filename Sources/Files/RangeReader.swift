internal import Glibc

/// Reads ranges of a file's bytes into a buffer of its own, without mapping the file: for files larger than the address
/// space. For one thread.
public final class RangeReader {
  public let path: String
  /// The size of the file when it was opened.
  public let count: Int
  private let descriptor: Int32
  private var buffer = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  /// - Throws: ``FileError`` when the file cannot be opened.
  public init(path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .last("open", path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw FileError(path: path, operation: "read", reason: "not a regular file")
    }
    self.path = path
    self.descriptor = descriptor
    count = Int(status.st_size)
  }

  deinit {
    close(descriptor)
    buffer.deallocate()
  }

  /// The bytes in `range`, valid until the next call.
  ///
  /// - Throws: ``FileError`` when they cannot be read, and when the file ends before them.
  public func read(_ range: Range<Int>) throws(FileError) -> UnsafeRawBufferPointer {
    if buffer.count < range.count {
      buffer.deallocate()
      buffer = .allocate(byteCount: range.count, alignment: 64)
    }
    var done = 0
    while done < range.count {
      let read = pread(descriptor, buffer.baseAddress! + done, range.count - done, range.lowerBound + done)
      if read > 0 {
        done += read
      } else if read == 0 {
        throw FileError(
          path: path, operation: "read",
          reason: "it ends at byte \(range.lowerBound + done), expected \(range.upperBound)")
      } else if errno != EINTR {
        throw .last("read", path)
      }
    }
    return UnsafeRawBufferPointer(rebasing: buffer[..<range.count])
  }
}
