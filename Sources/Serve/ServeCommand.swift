import ArgumentParser
import Foundation
import Logging
import Models

@main
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Answers which propositions a user is likely to accept, and logs what becomes of them.",
    discussion: """
      A setting is taken from its flag, else from the environment (SERVE_PORT), else from the file (port: 8080), else it
      has its default; see docs/serving.md. SIGTERM and SIGINT stop the server once the requests in flight are answered
      and the waiting events are on disk.

      Example: serve --config serve.yml --port 8080
      """,
    version: toolVersion)

  @Option(help: ArgumentHelp("The YAML file with the settings.", valueName: "file"))
  var config: String?

  @Option(help: "The address to listen on.")
  var host: String?

  @Option(help: "The port to listen on; 0 takes any free one and logs it.")
  var port: Int?

  @Option(help: ArgumentHelp("The catalogue, JSON Lines.", valueName: "file"))
  var propositions: String?

  @Option(help: ArgumentHelp("The folder of the models.", valueName: "folder"))
  var models: String?

  @Option(
    help: ArgumentHelp("The model where no experiment runs: NAME/VERSION, or NAME for the newest.", valueName: "model"))
  var model: String?

  @Option(help: ArgumentHelp("An experiment file, a folder of them, or folder/*.yml.", valueName: "path"))
  var experiments: String?

  @Option(
    help: ArgumentHelp("The SQLite database of the event log; created where it does not exist.", valueName: "file"))
  var events: String?

  @Option(
    help: ArgumentHelp("Events to replay before the server's own log: JSON Lines or sqlite:FILE.", valueName: "source"))
  var history: String?

  @Option(help: ArgumentHelp("One of trace, debug, info, notice, warning, error, critical.", valueName: "level"))
  var logLevel: String?

  func validate() throws {
    if let port, !Settings.ports.contains(port) {
      throw ValidationError("--port: expected a number from 0 to 65535, found \(port)")
    }
    if let logLevel, Logger.Level(rawValue: logLevel) == nil {
      throw ValidationError("--log-level: expected one of \(Settings.logLevelNames), found \"\(logLevel)\"")
    }
  }

  func run() async throws {
    let settings = try await Settings(file: config, flags: flags, environment: ProcessInfo.processInfo.environment)
    let format = settings.logFormat
    LoggingSystem.bootstrap { label in
      switch format {
      case .text: StreamLogHandler.standardError(label: label)
      case .json: JSONLogHandler()
      }
    }
    var logger = Logger(label: "serve")
    logger.logLevel = settings.logLevel
    try await Server(settings, logger: logger).run()
  }

  /// The flags that were given, by the key of their setting.
  private var flags: [String: String] {
    [
      "host": host, "port": port.map(String.init), "propositions": propositions, "models": models, "model": model,
      "experiments": experiments, "events": events, "history": history, "log_level": logLevel,
    ].compactMapValues(\.self)
  }
}
