internal import Glibc

/// Rows that could not be read from their file.
public struct RowReadError: Error, Equatable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// What was being read, counted from 0.
  public let rows: Range<Int>
  /// What kept them from being read.
  public let reason: String

  /// - Parameter code: What the system said, as in `errno`.
  init(path: String, rows: Range<Int>, code: Int32) {
    self.path = path
    self.rows = rows
    reason = String(cString: strerror(code))
  }

  /// - Parameter end: The byte at which the file turned out to end.
  init(path: String, rows: Range<Int>, endsAt end: Int) {
    self.path = path
    self.rows = rows
    reason = "the file ends at byte \(end), before them; it was cut while it was being read, so build the dataset again"
  }

  /// What was found, and where.
  public var description: String {
    "\(path): rows \(rows.lowerBound) to \(rows.upperBound - 1) cannot be read: \(reason)"
  }
}
