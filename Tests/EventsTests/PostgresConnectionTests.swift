#if Postgres
  import Testing

  @testable import Events

  @Suite("PostgreSQL connection")
  struct PostgresConnectionTests {
    let connection: PostgresConnection

    init() throws { connection = try PostgresConnection(url: TemporarySchema.server()) }

    @Test("Values go there and back", arguments: [Int64.min, -1, 0, 1, .max])
    func integers(_ value: Int64) throws {
      #expect(try connection.query("SELECT $1", [.int64(value)]).integer(0, 0) == value)
      let array = try connection.query("SELECT * FROM unnest($1::bigint[])", [.int64Array([value, 7])])
      #expect(array.rowCount == 2 && array.integer(0, 0) == value && array.integer(1, 0) == 7)
    }

    @Test("Texts go there and back, the empty one is not NULL", arguments: ["", "NULL", "{\"a\",}", "ü ☃ \\ '"])
    func texts(_ value: String) throws {
      let rows = try connection.query(
        "SELECT $1, $2, a FROM unnest($3::text[]) AS a", [.text(value), .text(nil), .textArray([value, nil])])
      #expect(rows.text(0, 0) == value && !rows.isNull(0, 0) && rows.isNull(0, 1))
      #expect(rows.text(0, 2) == value && !rows.isNull(0, 2) && rows.isNull(1, 2))
    }

    @Test("Arrays without elements")
    func emptyArrays() throws {
      let rows = try connection.query(
        "SELECT cardinality($1::text[])::bigint, cardinality($2::bigint[])", [.textArray([]), .int64Array([])])
      #expect(rows.integer(0, 0) == 0 && rows.integer(0, 1) == 0)
    }

    @Test("A prepared statement runs with other values each time")
    func prepared() throws {
      for value in 1...3 as ClosedRange<Int64> {
        #expect(try connection.query(prepared: "twice", "SELECT 2 * $1", [.int64(value)]).integer(0, 0) == 2 * value)
      }
    }

    @Test("An error has SQLSTATE, message and statement, and no value; the connection stays good")
    func errors() throws {
      let expected = PostgresError(sqlState: "22012", message: "the server refused a value", statement: "SELECT 1/$1")
      #expect(throws: expected) { try connection.query("SELECT 1/$1", [.int64(0)]) }
      let missing = try #require(throws: PostgresError.self) { try connection.execute("SELECT 1;\n  SELECT nothing") }
      #expect(
        "\(missing)" == "column \"nothing\" does not exist (SQLSTATE 42703), during: SELECT 1; SELECT nothing")
      let cast = try #require(throws: PostgresError.self) {
        try connection.query("SELECT $1::text::bigint", [.text("a secret")])
      }
      #expect(!"\(cast)".contains("secret"))
      #expect(connection.isUsable)
      #expect(try connection.query("SELECT 5::bigint").integer(0, 0) == 5)
    }

    @Test("A transaction whose body throws is undone")
    func transactions() throws {
      struct Stop: Error {}
      try connection.execute("CREATE TEMPORARY TABLE t (x BIGINT)")
      #expect(throws: Stop.self) {
        try connection.transaction {
          try connection.execute("INSERT INTO t VALUES (1)")
          throw Stop()
        }
      }
      try connection.transaction { try connection.execute("INSERT INTO t VALUES (2)") }
      let rows = try connection.query("SELECT x FROM t")
      #expect(rows.rowCount == 1 && rows.integer(0, 0) == 2)
    }
  }
#endif
