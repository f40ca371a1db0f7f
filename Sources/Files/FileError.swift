#if canImport(Glibc)
  internal import Glibc
#else
  internal import Musl
#endif

/// A file operation that failed: what was tried, on which path, and the system's reason.
public struct FileError: Error, Equatable, CustomStringConvertible {
  public let path: String
  public let operation: String
  public let reason: String

  public init(path: String, operation: String, reason: String) {
    self.path = path
    self.operation = operation
    self.reason = reason
  }

  /// The error that the last C call left in `errno`.
  static func last(_ operation: String, _ path: String) -> FileError {
    FileError(path: path, operation: operation, reason: String(cString: strerror(errno)))
  }

  public var description: String { "\(path): cannot \(operation): \(reason)" }
}
