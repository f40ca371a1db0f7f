#if Postgres
  /// The tables of the event log, made and brought up to date one version after the other.
  enum PostgresSchema {
    /// The statements that lead from each version to the next, from 0; a version that was released never changes.
    static let migrations = [
      """
      CREATE TABLE events (
        sequence BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        event_id TEXT COLLATE "C" NOT NULL UNIQUE,
        event_type TEXT COLLATE "C" NOT NULL,
        user_id TEXT COLLATE "C" NOT NULL,
        request_id TEXT COLLATE "C",
        "timestamp" BIGINT NOT NULL,
        json TEXT NOT NULL
      );
      COMMENT ON COLUMN events."timestamp" IS 'microseconds since 1970-01-01T00:00:00Z';
      CREATE INDEX events_by_time ON events ("timestamp", sequence);
      CREATE INDEX events_by_user ON events (user_id, sequence);
      CREATE INDEX events_by_request ON events (request_id) WHERE request_id IS NOT NULL
      """
    ]

    /// The lock of this database that migrations and appends take: "ppevents" in ASCII.
    static let lock: Int64 = 0x7070_6576_656e_7473

    /// Makes the tables or brings them up to date, in one transaction; of several who try at once, one does.
    ///
    /// - Throws: ``PostgresError``, also when a newer version of this program made the tables.
    static func migrate(_ connection: PostgresConnection) throws {
      // First without the lock, and so for a role that may not make tables.
      guard try version(connection) != migrations.count else { return }
      try connection.transaction("ISOLATION LEVEL READ COMMITTED") {
        _ = try connection.query("SELECT pg_advisory_xact_lock($1)", [.int64(lock)])
        let version = try version(connection)
        guard version <= migrations.count else {
          throw PostgresError(
            message: "the tables are of version \(version), this build knows versions up to \(migrations.count)")
        }
        guard version < migrations.count else { return }
        if version == 0 {
          try connection.execute(
            """
            CREATE TABLE event_log_migrations (
              version BIGINT PRIMARY KEY, applied_at TIMESTAMPTZ NOT NULL DEFAULT now())
            """)
        }
        for (index, statements) in migrations.enumerated().dropFirst(version) {
          try connection.execute(statements)
          _ = try connection.query(
            "INSERT INTO event_log_migrations (version) VALUES ($1)", [.int64(Int64(index + 1))])
        }
      }
    }

    /// How many migrations have been applied.
    private static func version(_ connection: PostgresConnection) throws(PostgresError) -> Int {
      // Not to_regclass: it may answer from the session's cache what was so before another made the tables.
      let tables = try connection.query(
        """
        SELECT count(*) FROM pg_catalog.pg_tables
        WHERE tablename = 'event_log_migrations' AND schemaname = ANY (current_schemas(false))
        """)
      guard tables.integer(0, 0) > 0 else { return 0 }
      return Int(try connection.query("SELECT coalesce(max(version), 0) FROM event_log_migrations").integer(0, 0))
    }
  }
#endif
