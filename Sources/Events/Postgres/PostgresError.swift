#if Postgres
  /// What the server, or the way to it, answered in place of a result. It never carries a parameter's value.
  struct PostgresError: Error, Equatable, CustomStringConvertible {
    /// The five characters of SQLSTATE; nil when no server answered.
    var sqlState: String?
    var message: String
    /// The statement with its placeholders.
    var statement: String?

    init(sqlState: String? = nil, message: String, statement: String? = nil) {
      self.sqlState = sqlState
      self.message = message
      self.statement = statement
    }

    var description: String {
      let state = sqlState.map { " (SQLSTATE \($0))" } ?? ""
      let during = statement.map { ", during: \(Self.oneLine($0))" } ?? ""
      return message + state + during
    }

    /// The server's primary message, unless it is of the class that quotes values: data exceptions.
    static func withoutValues(_ message: String, sqlState: String?) -> String {
      sqlState?.hasPrefix("22") == true ? "the server refused a value" : message
    }

    /// libpq's message about a URL that it could not read, without the URL that it quotes at the end.
    static func withoutURL(_ message: String) -> String {
      guard let quoted = message.firstRange(of: ": \"") else { return oneLine(message) }
      return String(message[..<quoted.lowerBound])
    }

    static func oneLine(_ text: String) -> String {
      text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
  }
#endif
