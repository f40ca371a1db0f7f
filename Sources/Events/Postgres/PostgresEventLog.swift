#if Postgres
  internal import Foundation
  internal import JSON

  /// The durable event log of many machines: two tables in a PostgreSQL database.
  ///
  /// An append that returned is as durable as the server's `synchronous_commit` makes it; a server that answers before
  /// its own disk has the data is refused. Reads run beside writes. A connection that was lost is made again by the
  /// next call; the call that met the loss throws, and what it appended may be appended again, by the events' ids.
  ///
  /// The tables stand in the schema that the URL's `search_path` names first, `public` without. Connect to the server
  /// itself, or through a pool in session mode.
  public final class PostgresEventLog: EventLog {
    /// The URL without credentials and options.
    public let name: String
    private let url: String
    private let isReadOnly: Bool
    private let writer = KeptConnection()
    private let reader = KeptConnection()

    /// Opens the log; without `readOnly` its tables are made where they do not exist.
    ///
    /// - Parameter url: `postgres://USER:PASSWORD@HOST:PORT/DATABASE`, as libpq reads it; what it does not say, the
    ///   environment (`PGPASSWORD`, …) and `~/.pgpass` do.
    /// - Throws: ``EventLogError``, which names the server and never the password.
    public init(url: String, readOnly: Bool = false) throws {
      self.url = url
      name = withoutCredentials(url)
      isReadOnly = readOnly
      try use(readOnly ? reader : writer) { connection in
        if !readOnly { try PostgresSchema.migrate(connection) }
      }
    }

    // MARK: Writing

    /// Appends the events in one transaction and returns when the server has made them durable.
    ///
    /// Appends take turns, so that the order of arrival is the order in which readers come to see the events.
    public func append(_ events: [Event]) throws -> [AppendOutcome] {
      guard !events.isEmpty else { return [] }
      let events = events.map { event in
        var event = event
        event.id = event.madeID
        return event
      }
      var stored: Set<[UInt8]> = []
      try use(isReadOnly ? reader : writer) { connection in
        let rows = try connection.query(
          prepared: "append", Self.insert,
          [
            .int64(PostgresSchema.lock),
            .textArray(events.map(\.id)),
            .textArray(events.map(\.kind.rawValue)),
            .textArray(events.map(\.userID)),
            .textArray(events.map(\.requestID)),
            .int64Array(events.map(\.timestamp.microseconds)),
            .textArray(events.map(\.json)),
          ])
        for row in 0..<rows.rowCount { stored.insert(rows.withBytes(row, 0) { Array($0) }) }
      }
      // As bytes: to a Set of String two ids that differ in their Unicode composition alone would be one.
      return events.map { stored.remove(Array(($0.id ?? "").utf8)) == nil ? .duplicate : .stored }
    }

    /// One statement, and so one transaction and one round trip. The lock comes before the first number is drawn: a
    /// reader that has seen number 7 will not find a 6 that was committed later, and two writers that bring the same
    /// ids cannot wait for one another.
    private static let insert = """
      WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock($1))
      INSERT INTO events (event_id, event_type, user_id, request_id, "timestamp", json)
      SELECT event_id, event_type, user_id, request_id, microseconds, json
      FROM turn, unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[])
        WITH ORDINALITY AS batch (event_id, event_type, user_id, request_id, microseconds, json, place)
      ORDER BY place
      ON CONFLICT (event_id) DO NOTHING
      RETURNING event_id
      """

    // MARK: Reading

    /// Up to `limit` events that passed the filter, in the order of arrival, after the cursor of an earlier page.
    public func page(_ filter: EventFilter, after cursor: Int64, limit: Int) throws -> EventPage {
      var conditions = ["sequence > $1"]
      var values = [PostgresValue.int64(cursor)]
      func restrict(_ condition: String, _ value: PostgresValue?) {
        guard let value else { return }
        values.append(value)
        conditions.append("\(condition) $\(values.count)")
      }
      restrict("user_id =", filter.userID.map(PostgresValue.text))
      restrict("event_type =", (filter.kind?.rawValue).map(PostgresValue.text))
      restrict("request_id =", filter.requestID.map(PostgresValue.text))
      restrict("\"timestamp\" >=", (filter.since?.microseconds).map(PostgresValue.int64))
      restrict("\"timestamp\" <", (filter.until?.microseconds).map(PostgresValue.int64))
      values.append(.int64(Int64(limit) + 1))
      let statement = """
        SELECT sequence, json FROM events WHERE \(conditions.joined(separator: " AND "))
        ORDER BY sequence LIMIT $\(values.count)
        """
      return try use(reader) { connection in
        let rows = try connection.query(statement, values)
        let shown = min(limit, rows.rowCount)
        return EventPage(
          events: (0..<shown).map { rows.text($0, 1) },
          nextCursor: rows.rowCount > limit && shown > 0 ? rows.integer(shown - 1, 0) : nil)
      }
    }

    public func count() throws -> Int {
      try use(reader) { Int(try $0.query("SELECT count(*) FROM events").integer(0, 0)) }
    }

    /// Events in the order of their timestamps, as they were when the reading began, over a connection of its own and
    /// a cursor of the server's: some hundreds of events at a time are in memory.
    public func forEachEvent(
      onBadRecord: (LineError) throws -> Void, _ body: (_ event: Event, _ place: EventPlace) throws -> Void
    ) throws {
      let parser = JSONParser()
      let connection = try translated { try connect(readOnly: true) }
      try translated {
        try connection.execute(
          """
          BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
          DECLARE log NO SCROLL CURSOR FOR SELECT sequence, json FROM events ORDER BY "timestamp", sequence
          """)
      }
      while case let rows = try translated({ try connection.query("FETCH 500 FROM log") }), rows.rowCount > 0 {
        for row in 0..<rows.rowCount {
          let line = Int(rows.integer(row, 0))
          do {
            try rows.withBytes(row, 1) { json in
              try parser.parse(json) { try body(Event(json: $0), EventPlace(source: name, line: line)) }
            }
          } catch let error as JSONError {
            try onBadRecord(LineError(path: name, line: line, reason: error.description))
          }
        }
      }
      try translated { try connection.execute("COMMIT") }
    }

    // MARK: Connections

    private func use<Value>(_ kept: KeptConnection, _ body: (PostgresConnection) throws -> Value) throws -> Value {
      try translated { try kept.use(orMake: { try connect(readOnly: isReadOnly) }, body) }
    }

    private func connect(readOnly: Bool) throws(PostgresError) -> PostgresConnection {
      let connection = try PostgresConnection(url: url)
      try connection.execute(
        """
        SET client_min_messages = error;
        SET lock_timeout = '10s';
        SET default_transaction_isolation = 'read committed'
        """)
      if readOnly {
        try connection.execute("SET default_transaction_read_only = on")
      } else {
        try Self.requireDurability(of: connection)
      }
      return connection
    }

    private static func requireDurability(of connection: PostgresConnection) throws(PostgresError) {
      let remedies = [
        ("synchronous_commit", "ALTER ROLE CURRENT_USER SET synchronous_commit = on"),
        ("fsync", "fsync = on in postgresql.conf"),
      ]
      for (setting, remedy) in remedies where try connection.setting(setting) == "off" {
        throw PostgresError(
          message: "\(setting) is off, so that the server would lose events it has acknowledged; set it on: \(remedy)")
      }
    }

    /// Runs `body`; an error of PostgreSQL becomes one of this log.
    private func translated<Value>(_ body: () throws -> Value) throws -> Value {
      do {
        return try body()
      } catch let error as PostgresError {
        throw EventLogError(path: name, reason: error.description)
      }
    }
  }

  /// A connection that is kept from one call to the next and used by one at a time.
  private final class KeptConnection: @unchecked Sendable {
    /// Guards `connection`.
    private let lock = NSLock()
    private var connection: PostgresConnection?

    /// Runs `body` with the connection, made where there is none that works.
    func use<Value>(
      orMake make: () throws -> PostgresConnection, _ body: (PostgresConnection) throws -> Value
    ) throws -> Value {
      try lock.withLock {
        if let connection, connection.isUsable { return try body(connection) }
        let made = try make()
        connection = made
        return try body(made)
      }
    }
  }
#endif
