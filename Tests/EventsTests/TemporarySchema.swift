#if Postgres
  import Foundation

  @testable import Events

  /// A fresh schema on the server that `POSTGRES_URL` names, dropped with the object.
  final class TemporarySchema: Sendable {
    /// No test can go without the server: a build with the trait is there to be tried on it.
    struct NoServer: Error, CustomStringConvertible {
      var description: String {
        "POSTGRES_URL names no server; start one for the tests: "
          + "scripts/with-postgres swift test --enable-all-traits"
      }
    }

    let name = "test_" + UUID().uuidString.replacing("-", with: "").lowercased()
    private let server: String

    /// The server, with the schema as the one where tables are made.
    var url: String { url(options: "-csearch_path%3D\(name)") }

    static func server() throws -> String {
      guard let url = ProcessInfo.processInfo.environment["POSTGRES_URL"], !url.isEmpty else { throw NoServer() }
      return url
    }

    init() throws {
      server = try Self.server()
      try PostgresConnection(url: server).execute("CREATE SCHEMA \(name)")
    }

    deinit { try? PostgresConnection(url: server).execute("DROP SCHEMA \(name) CASCADE") }

    /// The server with these options; its connections are known there by the schema's name.
    func url(options: String) -> String {
      "\(server)\(server.contains("?") ? "&" : "?")application_name=\(name)&options=\(options)"
    }
  }
#endif
