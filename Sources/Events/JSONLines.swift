internal import Files
public import JSON

/// A line of a file that is not what it should be.
public struct LineError: Error, Equatable, CustomStringConvertible {
  public let path: String
  public let line: Int
  public let reason: String

  public init(path: String, line: Int, reason: String) {
    self.path = path
    self.line = line
    self.reason = reason
  }

  public var description: String { "\(path):\(line): \(reason)" }
}

/// Parses each line of a JSON Lines file; blank lines are passed over.
///
/// - Parameter onBadLine: what to do with a line that cannot be read; throws it by default.
public func forEachJSONLine(
  of path: String, onBadLine: (LineError) throws -> Void = { throw $0 },
  _ body: (_ json: JSONValue, _ line: Int) throws -> Void
) throws {
  let reader = try LineReader(path: path)
  let parser = JSONParser()
  precondition(LineReader.padding >= JSONParser.padding, "lines need \(JSONParser.padding) readable bytes behind them")
  while true {
    let more: Void? = try reader.next { line in
      guard line.contains(where: { $0 != 0x20 && $0 != 0x09 }) else { return }
      do {
        try parser.parse(line, padded: true) { try body($0, reader.lineNumber) }
      } catch let error as JSONError {
        try onBadLine(LineError(path: path, line: reader.lineNumber, reason: error.description))
      }
    }
    if more == nil { return }
  }
}
