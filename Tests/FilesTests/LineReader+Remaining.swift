import Files

extension LineReader {
  /// Every line that is left.
  func remaining() throws -> [[UInt8]] {
    var lines: [[UInt8]] = []
    while let line = try next({ Array($0) }) { lines.append(line) }
    return lines
  }
}
