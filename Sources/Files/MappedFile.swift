internal import Glibc

/// A file mapped read-only into memory: it is paged in when touched and never copied whole.
///
/// The bytes stay valid as long as the object lives. A file that someone else truncates while it is mapped ends the
/// process with SIGBUS; everything this project writes is replaced by rename, never in place.
public final class MappedFile: Sendable {
  public let path: String
  public let count: Int
  private nonisolated(unsafe) let base: UnsafeRawPointer?

  /// - Throws: ``FileError`` when the file cannot be opened or mapped.
  public init(path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .last("open", path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .last("stat", path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileError(path: path, operation: "map", reason: "not a regular file")
    }
    self.path = path
    count = Int(status.st_size)
    guard count > 0 else {
      base = nil
      return
    }
    guard let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED else {
      throw .last("map", path)
    }
    base = UnsafeRawPointer(address)
  }

  deinit {
    if let base { munmap(UnsafeMutableRawPointer(mutating: base), count) }
  }

  /// Gives back the memory of the whole pages among some bytes; they are read from the file again when touched.
  ///
  /// What is read once from end to end would else fill the memory, and be counted as this process's own.
  public func release(_ range: Range<Int>) {
    guard let base else { return }
    let page = Int(getpagesize())
    let first = (range.lowerBound + page - 1) / page * page
    let end = range.upperBound == count ? count : range.upperBound / page * page
    guard first < end else { return }
    madvise(UnsafeMutableRawPointer(mutating: base + first), end - first, MADV_DONTNEED)
  }

  /// The whole file; valid while this object lives.
  public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }
}
