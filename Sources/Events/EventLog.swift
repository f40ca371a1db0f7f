/// A durable log that events are appended to and read back from.
///
/// `SQLiteEventLog` keeps one machine's; with the trait `Postgres`, `PostgresEventLog` keeps that of many.
public protocol EventLog: EventSource, Sendable {
  /// Appends the events in one transaction and returns when they are durable, with what became of each.
  ///
  /// An event whose id is there already, or came earlier in `events`, changes nothing.
  func append(_ events: [Event]) throws -> [AppendOutcome]

  /// Up to `limit` events that passed the filter, in the order of arrival, after the cursor of an earlier page.
  func page(_ filter: EventFilter, after cursor: Int64, limit: Int) throws -> EventPage

  /// How many events the log holds.
  func count() throws -> Int
}

extension EventLog {
  /// The first page.
  public func page(_ filter: EventFilter, limit: Int) throws -> EventPage { try page(filter, after: 0, limit: limit) }
}

/// What became of an event that was appended.
public enum AppendOutcome: String, Sendable { case stored, duplicate }

/// Which events a page holds; what is nil does not restrict.
public struct EventFilter: Sendable {
  public var userID: String?
  public var kind: Event.Kind?
  public var requestID: String?
  /// From this time on.
  public var since: Timestamp?
  /// Before this time.
  public var until: Timestamp?

  public init() {}
}

/// A run of the log in the order of arrival.
public struct EventPage: Sendable {
  /// Each event as one JSON object.
  public var events: [String]
  /// Where the next page begins; nil when this was the last.
  public var nextCursor: Int64?
}

/// An event log that could not be opened, read or written.
public struct EventLogError: Error, Equatable, CustomStringConvertible {
  public let path: String
  public let reason: String

  public var description: String { "event log \(path): \(reason)" }
}
