internal import Files

/// The records of a CSV file (RFC 4180; `.gz` is decompressed), one at a time, with the first as the header.
struct CSVReader {
  let columns: [String]
  private let lines: LineReader

  init(path: String) throws {
    lines = try LineReader(path: path)
    guard let header = try Self.nextRecord(lines) else {
      throw DatasetError.file(path, "is empty; expected a header line")
    }
    columns = header
  }

  /// The place of a column.
  func index(of column: String) throws -> Int {
    guard let index = columns.firstIndex(of: column) else {
      throw DatasetError.file(lines.path, "has no column \"\(column)\"; it has \(columns.prefix(12))")
    }
    return index
  }

  /// The next record; nil at the end.
  func next() throws -> [String]? {
    guard let record = try Self.nextRecord(lines) else { return nil }
    guard record.count == columns.count else {
      throw DatasetError.file(
        "\(lines.path):\(lines.lineNumber)", "has \(record.count) fields; the header has \(columns.count)")
    }
    return record
  }

  /// An error at the record last read.
  func error(_ reason: String) -> DatasetError { .file("\(lines.path):\(lines.lineNumber)", reason) }

  private static func nextRecord(_ lines: LineReader) throws -> [String]? {
    guard var text = try nextLine(lines) else { return nil }
    // A line end inside quotes belongs to its field.
    while text.utf8.count(where: { $0 == UInt8(ascii: "\"") }) % 2 == 1 {
      guard let more = try nextLine(lines) else {
        throw DatasetError.file("\(lines.path):\(lines.lineNumber)", "ends inside quotes")
      }
      text += "\n" + more
    }
    return split(text)
  }

  private static func nextLine(_ lines: LineReader) throws -> String? {
    try lines.next { String(decoding: $0, as: UTF8.self) }
  }

  private static func split(_ text: String) -> [String] {
    var fields: [String] = []
    var field: [UInt8] = []
    var quoted = false
    var afterQuote = false
    for byte in text.utf8 {
      if quoted {
        if byte == UInt8(ascii: "\"") { (quoted, afterQuote) = (false, true) } else { field.append(byte) }
      } else if byte == UInt8(ascii: "\"") {
        if afterQuote { field.append(byte) }
        (quoted, afterQuote) = (true, false)
      } else if byte == UInt8(ascii: ",") {
        fields.append(String(decoding: field, as: UTF8.self))
        field.removeAll(keepingCapacity: true)
        afterQuote = false
      } else {
        field.append(byte)
        afterQuote = false
      }
    }
    fields.append(String(decoding: field, as: UTF8.self))
    return fields
  }
}
