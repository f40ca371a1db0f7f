import Configuration
import Events
import Foundation
import Logging
import YAML

extension Settings {
  /// The keys of the file; in the environment they are upper case behind `SERVE_`.
  static let keys = [
    "host", "port", "propositions", "models", "model", "experiments", "events", "history", "candidates",
    "popularity_refresh", "served_features_share", "event_queue_limit", "log_level", "log_format",
  ]

  /// Reads the settings: flags before environment before file before defaults.
  ///
  /// - Throws: ``SettingsError`` that names the setting, or `YAMLError` that names file and line.
  init(file: String?, flags: [String: String], environment: [String: String]) async throws {
    var providers: [any ConfigProvider] = [
      InMemoryProvider(name: "flags", values: Self.values(flags)),
      EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "serve"),
    ]
    if let file {
      try Self.check(file)
      let path = InMemoryProvider(values: Self.values(["filePath": file]))
      providers.append(try await FileProvider<YAMLSnapshot>(config: ConfigReader(provider: path)))
    }
    let source = Source(reader: ConfigReader(providers: providers))
    guard let propositions = try source.text("propositions") else {
      throw SettingsError(key: "propositions", reason: "is missing; expected the path of the catalogue (JSON Lines)")
    }
    self.init(propositions: propositions)
    host = try source.text("host") ?? host
    port = try source.integer("port", in: Self.ports) ?? port
    models = try source.text("models") ?? models
    model = try source.text("model") ?? model
    experiments = try source.text("experiments") ?? experiments
    events = try source.text("events").map { $0.hasPrefix("sqlite:") ? String($0.dropFirst(7)) : $0 } ?? events
    history = try source.text("history")
    candidates = try source.integer("candidates", in: 1...100_000) ?? candidates
    popularityRefresh = try source.integer("popularity_refresh", in: 0...86_400) ?? popularityRefresh
    servedFeaturesShare = try source.number("served_features_share", in: 0...1) ?? servedFeaturesShare
    eventQueueLimit = try source.integer("event_queue_limit", in: 1000...1_000_000) ?? eventQueueLimit
    logLevel = try source.choice("log_level", names: Self.logLevelNames, Logger.Level.init(rawValue:)) ?? logLevel
    logFormat =
      try source.choice(
        "log_format", names: LogFormat.allCases.map(\.rawValue).joined(separator: ", "), LogFormat.init(rawValue:))
      ?? logFormat
  }

  /// Finds what the layers below would pass over in silence: unknown keys, lists, text that is not YAML.
  private static func check(_ file: String) throws {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw YAMLError(file: file, line: 1, reason: "cannot be read; expected the settings (see docs/serving.md)")
    }
    let root = try YAMLValue(text: String(decoding: data, as: UTF8.self), file: file)
    try root.expectKeys(keys)
    for key in keys { _ = try root.field(key)?.string() }
  }

  /// Throws where ``history`` names what is not there.
  func checkHistory() throws {
    guard let history else { return }
    let source = try eventSource(named: history)
    guard !(source is JSONLinesEventSource) || FileManager.default.fileExists(atPath: history) else {
      throw SettingsError(key: "history", reason: "there is no file \"\(history)\"")
    }
  }

  private static func values(_ texts: [String: String]) -> [AbsoluteConfigKey: ConfigValue] {
    Dictionary(
      uniqueKeysWithValues: texts.map { (AbsoluteConfigKey([$0]), ConfigValue(.string($1), isSecret: false)) })
  }
}

/// The layers as one, with errors that name the setting.
private struct Source {
  let reader: ConfigReader

  func text(_ key: String) throws(SettingsError) -> String? {
    guard let text = reader.string(forKey: ConfigKey([key])) else { return nil }
    guard !text.isEmpty else { throw SettingsError(key: key, reason: "is empty") }
    return text
  }

  func integer(_ key: String, in range: ClosedRange<Int>) throws(SettingsError) -> Int? {
    try choice(key, names: "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
      Int(text).flatMap { range.contains($0) ? $0 : nil }
    }
  }

  func number(_ key: String, in range: ClosedRange<Double>) throws(SettingsError) -> Double? {
    try choice(key, names: "a number from \(range.lowerBound) to \(range.upperBound)") { text in
      Double(text).flatMap { range.contains($0) ? $0 : nil }
    }
  }

  func choice<Value>(
    _ key: String, names: String, _ read: (String) -> Value?
  ) throws(SettingsError) -> Value? {
    guard let text = try text(key) else { return nil }
    guard let value = read(text) else {
      throw SettingsError(key: key, reason: "expected \(names), found \"\(text)\"")
    }
    return value
  }
}
