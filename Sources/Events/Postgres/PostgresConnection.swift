#if Postgres
  internal import CLibPQ

  /// One connection to a PostgreSQL server over libpq, for one thread at a time; closed at its end.
  ///
  /// Statements take their values apart from their text, and answer in binary format.
  final class PostgresConnection {
    private let connection: OpaquePointer
    private var prepared: Set<String> = []

    /// Connects; what the URL says has the last word over what is set here, the encoding excepted.
    init(url: String) throws(PostgresError) {
      var complaint: UnsafeMutablePointer<CChar>?
      guard let options = PQconninfoParse(url, &complaint) else {
        let message = complaint.map { String(cString: $0) } ?? "out of memory"
        PQfreemem(complaint)
        throw PostgresError(message: PostgresError.withoutURL(message))
      }
      PQconninfoFree(options)
      let settings: KeyValuePairs = [
        "connect_timeout": "10",
        "tcp_user_timeout": "30000",
        "fallback_application_name": "predictive-propositions",
        "dbname": url,
        "client_encoding": "UTF8",
      ]
      let made = Self.withCStrings(settings.map(\.key)) { keys in
        Self.withCStrings(settings.map(\.value)) { values in PQconnectdbParams(keys, values, 1) }
      }
      guard let made else { throw PostgresError(message: "out of memory for a connection") }
      guard PQstatus(made) == CONNECTION_OK else {
        let message = PostgresError.oneLine(String(cString: PQerrorMessage(made)))
        PQfinish(made)
        throw PostgresError(message: message)
      }
      connection = made
    }

    deinit { PQfinish(connection) }

    /// Whether the last thing that libpq heard of the server was good.
    var isUsable: Bool { PQstatus(connection) == CONNECTION_OK }

    /// The server process of this connection.
    var processID: Int32 { PQbackendPID(connection) }

    /// Runs statements without parameters, `;` between them, and drops what they give.
    func execute(_ statements: String) throws(PostgresError) {
      _ = try checked(PQexec(connection, statements), statements)
    }

    /// Runs one statement.
    func query(_ statement: String, _ values: [PostgresValue] = []) throws(PostgresError) -> PostgresResult {
      let parameters = try Parameters(values)
      return try checked(
        parameters.withPointers { pointers in
          PQexecParams(
            connection, statement, Int32(values.count), parameters.types, pointers, parameters.lengths,
            parameters.formats, 1)
        }, statement)
    }

    /// Runs one statement that the server parses and plans at its first run on this connection only.
    ///
    /// - Parameter name: what the statement is known by; it must always stand for the same text.
    func query(
      prepared name: String, _ statement: String, _ values: [PostgresValue]
    ) throws(PostgresError) -> PostgresResult {
      let parameters = try Parameters(values)
      if !prepared.contains(name) {
        _ = try checked(PQprepare(connection, name, statement, Int32(values.count), parameters.types), statement)
        prepared.insert(name)
      }
      return try checked(
        parameters.withPointers { pointers in
          PQexecPrepared(
            connection, name, Int32(values.count), pointers, parameters.lengths, parameters.formats, 1)
        }, statement)
    }

    /// The value of a setting of this session, as `SHOW` prints it.
    func setting(_ name: String) throws(PostgresError) -> String {
      try query("SELECT current_setting($1)", [.text(name)]).text(0, 0)
    }

    /// Runs `body` in a transaction, undone when it throws.
    func transaction<Value>(_ mode: String = "", _ body: () throws -> Value) throws -> Value {
      try execute("BEGIN \(mode)")
      do {
        let value = try body()
        try execute("COMMIT")
        return value
      } catch {
        // The connection may be what failed; then the server undoes the transaction itself.
        try? execute("ROLLBACK")
        throw error
      }
    }

    private func checked(_ result: OpaquePointer?, _ statement: String) throws(PostgresError) -> PostgresResult {
      guard let result else {
        let message = PostgresError.oneLine(String(cString: PQerrorMessage(connection)))
        throw PostgresError(message: message, statement: statement)
      }
      let owned = PostgresResult(result)
      switch PQresultStatus(result) {
      case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return owned
      default:
        let state = PQresultErrorField(result, Self.sqlStateField).map { String(cString: $0) }
        let message =
          PQresultErrorField(result, Self.messageField).map { String(cString: $0) }
          ?? PostgresError.oneLine(String(cString: PQresultErrorMessage(result)))
        throw PostgresError(
          sqlState: state, message: PostgresError.withoutValues(message, sqlState: state), statement: statement)
      }
    }

    // PG_DIAG_SQLSTATE and PG_DIAG_MESSAGE_PRIMARY: character macros, which Swift doesn't import.
    private static let sqlStateField = Int32(UInt8(ascii: "C"))
    private static let messageField = Int32(UInt8(ascii: "M"))

    /// Calls `body` with the texts as a C array that ends in NULL.
    private static func withCStrings<Value>(
      _ texts: [String], _ body: ([UnsafePointer<CChar>?]) -> Value
    ) -> Value {
      func next(_ index: Int, _ pointers: [UnsafePointer<CChar>?]) -> Value {
        guard index < texts.count else { return body(pointers + [nil]) }
        return texts[index].withCString { next(index + 1, pointers + [$0]) }
      }
      return next(0, [])
    }
  }

  /// A statement's values side by side in one buffer.
  private struct Parameters {
    let types: [UInt32]
    let lengths: [Int32]
    let formats: [Int32]
    private let bytes: [UInt8]
    private let starts: [Int?]

    init(_ values: [PostgresValue]) throws(PostgresError) {
      var bytes: [UInt8] = []
      var starts: [Int?] = []
      var lengths: [Int32] = []
      for value in values {
        let start = bytes.count
        let isPresent = value.encode(into: &bytes)
        starts.append(isPresent ? start : nil)
        // 1 GiB is PostgreSQL's limit for one value.
        guard bytes.count - start < 1 << 30 else {
          throw PostgresError(message: "a parameter of \(bytes.count - start) bytes; PostgreSQL takes less than 1 GiB")
        }
        lengths.append(Int32(bytes.count - start))
      }
      // One byte more, so that an empty value has an address too: NULL would stand for no value.
      bytes.append(0)
      types = values.map(\.type)
      formats = values.map { _ in 1 }
      (self.bytes, self.starts, self.lengths) = (bytes, starts, lengths)
    }

    func withPointers<Value>(_ body: ([UnsafePointer<CChar>?]) -> Value) -> Value {
      bytes.withUnsafeBytes { buffer in
        let base = buffer.baseAddress
        return body(
          starts.map { start in start.flatMap { base?.advanced(by: $0).assumingMemoryBound(to: CChar.self) } })
      }
    }
  }
#endif
