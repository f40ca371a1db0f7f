/// Where events are read from.
public protocol EventSource {
  /// Calls `body` with each event in the order of the source.
  ///
  /// - Parameter onBadRecord: what to do with a record that is not an event; throwing ends the reading.
  /// - Throws: what `body` or `onBadRecord` throw, or the error that the source met.
  func forEachEvent(
    onBadRecord: (LineError) throws -> Void, _ body: (_ event: Event, _ place: EventPlace) throws -> Void
  ) throws
}

extension EventSource {
  /// Calls `body` with each event; a record that is not an event is an error.
  public func forEachEvent(_ body: (_ event: Event, _ place: EventPlace) throws -> Void) throws {
    try forEachEvent(onBadRecord: { throw $0 }, body)
  }
}

/// The line of a file, or the row of a table, that holds an event.
public struct EventPlace: Equatable, Sendable, CustomStringConvertible {
  public let source: String
  public let line: Int

  public init(source: String, line: Int) {
    self.source = source
    self.line = line
  }

  public var description: String { "\(source):\(line)" }
}

/// The source that a text names: a path of JSON Lines (`.gz` too, `-` for standard input) or `sqlite:FILE`.
public func eventSource(named name: String) throws -> any EventSource {
  if name.hasPrefix("sqlite:") { return try SQLiteEventLog(path: String(name.dropFirst(7)), readOnly: true) }
  if let scheme = name.split(separator: ":").first, name.dropFirst(scheme.count).hasPrefix("://") {
    throw UnknownSource(name: name)
  }
  return JSONLinesEventSource(path: name)
}

/// A source of events that this build cannot read.
public struct UnknownSource: Error, Equatable, CustomStringConvertible {
  public let name: String

  public var description: String {
    "\(name): cannot be read; expected a path of JSON Lines (.gz too, - for standard input) or sqlite:FILE"
  }
}

/// Events as JSON Lines in a file.
public struct JSONLinesEventSource: EventSource {
  public let path: String

  public init(path: String) { self.path = path }

  public func forEachEvent(
    onBadRecord: (LineError) throws -> Void, _ body: (_ event: Event, _ place: EventPlace) throws -> Void
  ) throws {
    try forEachJSONLine(of: path, onBadLine: onBadRecord) { json, line in
      try body(Event(json: json), EventPlace(source: path, line: line))
    }
  }
}
