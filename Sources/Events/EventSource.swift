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

/// The source that a text names: a path of JSON Lines (`.gz` too, `-` for standard input), `sqlite:FILE` or, in a
/// build with the trait `Postgres`, `postgres://…`.
public func eventSource(named name: String) throws -> any EventSource {
  if name.hasPrefix("sqlite:") { return try SQLiteEventLog(path: String(name.dropFirst(7)), readOnly: true) }
  if let scheme = name.split(separator: ":").first, name.dropFirst(scheme.count).hasPrefix("://") {
    guard ["postgres", "postgresql"].contains(scheme) else { throw UnknownSource(name: name) }
    #if Postgres
      return try PostgresEventLog(url: name, readOnly: true)
    #else
      throw UnknownSource(name: name, missingTrait: "Postgres")
    #endif
  }
  return JSONLinesEventSource(path: name)
}

/// A URL without user, password and options, for messages and files; any other text as it is.
public func withoutCredentials(_ name: String) -> String {
  guard let mark = name.firstRange(of: "://") else { return name }
  let rest = name[mark.upperBound...]
  let options = rest.firstIndex(of: "?") ?? rest.endIndex
  // The last one: a password may hold what should have been escaped.
  guard let at = rest.lastIndex(of: "@") else { return String(name[..<options]) }
  // Of the password or of an option: who can tell?
  guard at < options else { return name[..<mark.upperBound] + "…" }
  return String(name[..<mark.upperBound] + name[name.index(after: at)..<options])
}

/// A source of events that this build cannot read.
public struct UnknownSource: Error, Equatable, CustomStringConvertible {
  /// Without credentials.
  public let name: String
  /// The package trait that a build needs to read it.
  public let missingTrait: String?

  init(name: String, missingTrait: String? = nil) {
    self.name = withoutCredentials(name)
    self.missingTrait = missingTrait
  }

  public var description: String {
    if let missingTrait {
      return "\(name): cannot be read; this build has no \(missingTrait == "Postgres" ? "PostgreSQL" : missingTrait): "
        + "build with `--traits \(missingTrait)`"
    }
    return "\(name): cannot be read; expected a path of JSON Lines (.gz too, - for standard input), sqlite:FILE or "
      + "postgres://HOST/DATABASE"
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
