internal import Foundation
internal import GRDB
internal import JSON

/// The durable event log of one machine: a SQLite database in WAL mode with `synchronous=FULL`.
///
/// An append that returned has been synced to disk. Reads run beside writes.
public final class SQLiteEventLog: EventLog {
  public let path: String
  let database: any DatabaseWriter

  /// Opens the log; without `readOnly` it is created where it does not exist.
  public init(path: String, readOnly: Bool = false) throws {
    self.path = path
    guard !readOnly || FileManager.default.fileExists(atPath: path) else {
      throw EventLogError(path: path, reason: "there is no such database")
    }
    var configuration = Configuration()
    configuration.readonly = readOnly
    configuration.busyMode = .timeout(10)
    do {
      if readOnly {
        database = try DatabaseQueue(path: path, configuration: configuration)
      } else {
        database = try DatabasePool(path: path, configuration: configuration)
        // Only now: the pool sets NORMAL when it turns WAL on, after the configuration's own preparations.
        try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        try Self.migrate(database)
      }
    } catch let error as DatabaseError {
      throw EventLogError(path: path, error)
    }
  }

  /// Makes the tables; that another process did so at the same time is fine.
  private static func migrate(_ database: any DatabaseWriter) throws {
    do {
      try migrator.migrate(database)
    } catch {
      guard try database.read(migrator.hasCompletedMigrations) else { throw error }
    }
  }

  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 events") { database in
      try database.execute(
        sql: """
          CREATE TABLE events (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id TEXT NOT NULL UNIQUE,
            event_type TEXT NOT NULL,
            user_id TEXT NOT NULL,
            request_id TEXT,
            timestamp INTEGER NOT NULL,
            json TEXT NOT NULL
          );
          CREATE INDEX events_by_time ON events (timestamp);
          CREATE INDEX events_by_user ON events (user_id, sequence);
          CREATE INDEX events_by_request ON events (request_id) WHERE request_id IS NOT NULL;
          """)
    }
    return migrator
  }

  // MARK: Writing

  public typealias AppendOutcome = Events.AppendOutcome

  /// Appends the events in one transaction and returns when they are on disk, with what became of each.
  ///
  /// An event whose id is there already changes nothing.
  public func append(_ events: [Event]) throws -> [AppendOutcome] {
    do {
      return try database.write { database in
        let insert = try database.cachedStatement(
          sql: """
            INSERT INTO events (event_id, event_type, user_id, request_id, timestamp, json) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (event_id) DO NOTHING
            """)
        return try events.map { event in
          var event = event
          event.id = event.madeID
          try insert.execute(arguments: [
            event.id, event.kind.rawValue, event.userID, event.requestID, event.timestamp.microseconds, event.json,
          ])
          return database.changesCount == 1 ? .stored : .duplicate
        }
      }
    } catch let error as DatabaseError {
      throw EventLogError(path: path, error)
    }
  }

  // MARK: Reading

  public typealias Filter = EventFilter
  public typealias Page = EventPage

  /// Up to `limit` events that passed the filter, in the order of arrival, after the cursor of an earlier page.
  public func page(_ filter: Filter, after cursor: Int64, limit: Int) throws -> Page {
    var conditions = ["sequence > ?"]
    var arguments: [(any DatabaseValueConvertible)?] = [cursor]
    func restrict(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
      guard let value else { return }
      conditions.append(condition)
      arguments.append(value)
    }
    restrict("user_id = ?", filter.userID)
    restrict("event_type = ?", filter.kind?.rawValue)
    restrict("request_id = ?", filter.requestID)
    restrict("timestamp >= ?", filter.since?.microseconds)
    restrict("timestamp < ?", filter.until?.microseconds)
    arguments.append(limit + 1)
    let sql = """
      SELECT sequence, json FROM events WHERE \(conditions.joined(separator: " AND ")) ORDER BY sequence LIMIT ?
      """
    let rows = try read { try Row.fetchAll($0, sql: sql, arguments: StatementArguments(arguments)) }
    let shown = rows.prefix(limit)
    return Page(
      events: shown.map { $0["json"] }, nextCursor: rows.count > limit ? shown.last.map { $0["sequence"] } : nil)
  }

  public func count() throws -> Int {
    try read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM events") ?? 0 }
  }

  /// Events in the order of their timestamps.
  public func forEachEvent(
    onBadRecord: (LineError) throws -> Void, _ body: (_ event: Event, _ place: EventPlace) throws -> Void
  ) throws {
    let source = "sqlite:\(path)"
    let parser = JSONParser()
    try read { database in
      let rows = try Row.fetchCursor(database, sql: "SELECT sequence, json FROM events ORDER BY timestamp, sequence")
      while let row = try rows.next() {
        let line: Int = row["sequence"]
        let json: String = row["json"]
        do {
          try parser.parse(json.utf8) { try body(Event(json: $0), EventPlace(source: source, line: line)) }
        } catch let error as JSONError {
          try onBadRecord(LineError(path: source, line: line, reason: error.description))
        }
      }
    }
  }

  private func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
    do {
      return try database.read(body)
    } catch let error as DatabaseError {
      throw EventLogError(path: path, error)
    }
  }
}

extension EventLogError {
  fileprivate init(path: String, _ error: DatabaseError) {
    self.init(path: path, reason: error.message ?? "SQLite error \(error.resultCode)")
  }
}
