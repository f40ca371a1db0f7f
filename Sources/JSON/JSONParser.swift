internal import CSimdjson

/// Parses JSON documents with simdjson; one document at a time, for one thread at a time.
///
/// Nesting deeper than 1,023 levels, invalid UTF-8, numbers out of range and trailing text are errors.
public final class JSONParser {
  private let parser: OpaquePointer

  public init() {
    guard let parser = csj_parser_new() else { preconditionFailure("out of memory for a JSON parser") }
    self.parser = parser
  }

  deinit { csj_parser_free(parser) }

  /// Parses `bytes` and hands the root to `body`. The values are valid during the call only.
  ///
  /// - Parameter padded: whether ``padding`` readable bytes follow `bytes`; when not, the document is copied first.
  /// - Throws: ``JSONError`` when `bytes` is not one JSON document, or what `body` throws.
  public func parse<Result>(
    _ bytes: UnsafeRawBufferPointer, padded: Bool = false, _ body: (JSONValue) throws -> Result
  ) throws -> Result {
    var root = csj_value(document: nil, index: 0)
    let empty: StaticString = ""
    let start = bytes.baseAddress ?? UnsafeRawPointer(empty.utf8Start)
    let code = csj_parse(parser, start.assumingMemoryBound(to: CChar.self), bytes.count, padded, &root)
    guard code == 0 else { throw JSONError(reason: String(cString: csj_error_message(code))) }
    return try body(JSONValue(root))
  }

  /// Parses a whole text; see ``parse(_:padded:_:)``.
  public func parse<Result>(_ text: some Sequence<UInt8>, _ body: (JSONValue) throws -> Result) throws -> Result {
    try Array(text).withUnsafeBytes { try parse($0, padded: false, body) }
  }

  /// The readable bytes behind a document that let it be parsed in place.
  public static var padding: Int { csj_padding() }
}

/// Text that is not JSON, or JSON that is not what was expected: where, and why.
public struct JSONError: Error, Equatable, CustomStringConvertible {
  /// The field, as `slate[2].score`; empty for the document itself.
  public var path: String
  public var reason: String

  public init(path: String = "", reason: String) {
    self.path = path
    self.reason = reason
  }

  /// The same error seen from one level further out.
  public func within(_ field: String) -> JSONError {
    let separator = path.isEmpty || path.hasPrefix("[") ? "" : "."
    return JSONError(path: field + separator + path, reason: reason)
  }

  public var description: String { path.isEmpty ? reason : "field \"\(path)\": \(reason)" }
}
