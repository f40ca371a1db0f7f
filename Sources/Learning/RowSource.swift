/// Where the features of a fit's rows are: in memory, in a file that is read piece by piece, or made on the fly.
public protocol RowSource: Sendable {
  /// How many rows there are.
  var rows: Int { get }
  /// d, the numbers in a row.
  var columns: Int { get }
  /// A reader for one thread. What it opens and allocates, it does at its first read.
  func makeReader() -> any RowReader
}

/// Gets at the rows of a source, on one thread, in pieces of a few MiB at most.
public protocol RowReader: AnyObject {
  /// From the start of one row to the start of the next, in elements.
  var rowStride: Int { get }
  /// Where the first of `rows` is, the others `rowStride` elements apart; valid until the next call.
  ///
  /// - Precondition: `rows` is not empty and within the source.
  /// - Throws: What keeps the rows from being read.
  func read(_ rows: Range<Int>) throws -> UnsafePointer<Float>
  /// Says that all of `rows` are going to be read, piece by piece and in order: more than a piece may be fetched at once.
  func announce(_ rows: Range<Int>)
}

extension RowReader {
  public func announce(_ rows: Range<Int>) {}
}
