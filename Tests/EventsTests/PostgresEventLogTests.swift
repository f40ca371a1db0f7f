#if Postgres
  import TestSupport
  import Testing

  @testable import Events

  @Suite("PostgreSQL event log")
  struct PostgresEventLogTests {
    let schema: TemporarySchema

    init() throws { schema = try TemporarySchema() }

    private func connection() throws -> PostgresConnection { try PostgresConnection(url: schema.url) }

    @Test("A server that would lose what it acknowledged is refused for writing, not for reading")
    func durability() throws {
      _ = try PostgresEventLog(url: schema.url)
      let hasty = schema.url(options: "-csearch_path%3D\(schema.name)%20-csynchronous_commit%3Doff")
      let error = try #require(throws: EventLogError.self) { try PostgresEventLog(url: hasty) }
      #expect(error.reason.hasPrefix("synchronous_commit is off"))
      #expect(try PostgresEventLog(url: hasty, readOnly: true).count() == 0)
    }

    @Test("Reading only makes no tables; a log without tables says so")
    func readOnly() throws {
      let log = try PostgresEventLog(url: schema.url, readOnly: true)
      let error = try #require(throws: EventLogError.self) { try log.count() }
      #expect(error.reason.contains("relation \"events\" does not exist (SQLSTATE 42P01)"))
      #expect(throws: EventLogError.self) { try log.forEachEvent { _, _ in } }
      #expect(throws: EventLogError.self) { try log.page(.init(), limit: 1) }
      #expect(try connection().query("SELECT to_regclass('events')::text").isNull(0, 0))
    }

    @Test("A failed migration leaves nothing; tables of a newer version are left alone")
    func migrations() throws {
      try connection().execute("CREATE TABLE events (name TEXT)")
      let taken = try #require(throws: EventLogError.self) { try PostgresEventLog(url: schema.url) }
      #expect(taken.reason.contains("42P07"))
      #expect(try connection().query("SELECT to_regclass('event_log_migrations')::text").isNull(0, 0))
      try connection().execute("DROP TABLE events")
      _ = try PostgresEventLog(url: schema.url)
      try connection().execute("INSERT INTO event_log_migrations (version) VALUES (99)")
      let newer = try #require(throws: EventLogError.self) { try PostgresEventLog(url: schema.url) }
      #expect(newer.reason.contains("version 99"))
    }

    @Test("A connection that the server ended is made again by the call after the one that met it")
    func reconnects() throws {
      let log = try PostgresEventLog(url: schema.url)
      _ = try log.append([.click("a")])
      try connection().execute(
        """
        SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE application_name = '\(schema.name)' AND pid <> pg_backend_pid()
        """)
      #expect(throws: EventLogError.self) { try log.append([.click("b")]) }
      #expect(try log.append([.click("b"), .click("c")]) == [.stored, .stored])
      #expect(try log.count() == 3)
    }

    @Test("A batch with a value that the server refuses is not stored, and the error does not repeat the value")
    func refused() throws {
      let log = try PostgresEventLog(url: schema.url)
      let bad = Event.click("secret\u{0}")
      let error = try #require(throws: EventLogError.self) { try log.append([.click("good"), bad]) }
      #expect(error.reason.contains("SQLSTATE 22021") && !error.reason.contains("secret"))
      #expect(try log.count() == 0)
      #expect(try log.append([.click("good")]) == [.stored])
    }

    @Test("Appends take turns: one waits while another's transaction holds the lock")
    func turns() throws {
      let log = try PostgresEventLog(url: schema.url)
      let other = try connection()
      try other.execute("BEGIN")
      _ = try other.query("SELECT pg_advisory_xact_lock($1)", [.int64(PostgresSchema.lock)])
      let holder = other.processID
      try inThreads(2) { [schema] index in
        guard index == 0 else {
          let outcome = try log.append([.click("a")])
          return #expect(outcome == [.stored])
        }
        let watcher = try PostgresConnection(url: TemporarySchema.server())
        let waiting = """
          SELECT count(*) FROM pg_stat_activity WHERE application_name = '\(schema.name)' AND wait_event = 'advisory'
          """
        while try watcher.query(waiting).integer(0, 0) == 0 {}
        try watcher.execute("SELECT pg_terminate_backend(\(holder))")
      }
      #expect(try log.count() == 1)
    }

    @Test("A record that is not an event is handed over with its row, or ends the reading")
    func badRecord() throws {
      let log = try PostgresEventLog(url: schema.url)
      _ = try log.append([.click("a", at: 1), .click("b", at: 2), .click("c", at: 3)])
      try connection().execute("UPDATE events SET json = '{}' WHERE event_id = 'b'")
      #expect(throws: LineError.self) { try log.forEachEvent { _, _ in } }
      var errors: [LineError] = []
      var count = 0
      try log.forEachEvent(onBadRecord: { errors.append($0) }) { _, _ in count += 1 }
      #expect(errors.map(\.line) == [2] && errors[0].path == log.name && count == 2)
    }

    @Test("No error names a password", arguments: ["wrong", "postgres"])
    func passwords(_ database: String) throws {
      for url in [
        "postgres://u:secret@127.0.0.1:1/\(database)", "postgres://u:secret@[::1/\(database)",
        "postgres://u@127.0.0.1:1/db?password=secret", "postgres://u:secret@127.0.0.1/db?nonsense=secret",
        "postgres://u:secret@127.0.0.1/db?password=%zzsecret",
      ] {
        let error = try #require(throws: EventLogError.self) { try PostgresEventLog(url: url, readOnly: true) }
        #expect(!"\(error)".contains("secret"), "\(error)")
        #expect("\(error)".hasPrefix("event log postgres://"))
      }
    }
  }
#endif
