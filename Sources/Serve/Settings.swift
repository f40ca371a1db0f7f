import Logging

/// How the server was told to run; the defaults stand here.
struct Settings: Equatable, Sendable {
  enum LogFormat: String, CaseIterable, Sendable { case text, json }

  var host = "127.0.0.1"
  /// 0 is any free one.
  var port = 8080
  /// The path of the catalogue.
  var propositions: String
  /// The folder of the models.
  var models = "models"
  /// The model where no experiment runs.
  var model = "ranker"
  /// A file, a folder, or `FOLDER/*.yml`.
  var experiments = "experiments/*.yml"
  /// The path of the SQLite event log.
  var events = "events.sqlite"
  /// Events that are replayed before the server's own log.
  var history: String?
  /// The most propositions that are scored for one request.
  var candidates = 200
  /// How many seconds a popularity count may be old.
  var popularityRefresh = 60
  /// The share of answers whose feature vectors are logged with them.
  var servedFeaturesShare = 1.0
  /// The most events that may wait for the disk.
  var eventQueueLimit = 10_000
  var logLevel = Logger.Level.info
  var logFormat = LogFormat.text

  init(propositions: String) { self.propositions = propositions }

  static let ports = 0...65_535
  static let logLevelNames = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
}

/// A setting that cannot be: its name, what was expected, what was found.
struct SettingsError: Error, Equatable, CustomStringConvertible {
  let key: String
  let reason: String

  var description: String {
    "setting \"\(key)\": \(reason); set it by flag, by SERVE_\(key.uppercased()), or in the file (see docs/serving.md)"
  }
}
