import Foundation
import Testing
import YAML

@testable import Serve

@Suite("Settings")
struct SettingsTests {
  private func settings(
    _ yaml: String? = nil, flags: [String: String] = [:], environment: [String: String] = [:]
  ) async throws -> Settings {
    guard let yaml else { return try await Settings(file: nil, flags: flags, environment: environment) }
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).yml")
    try yaml.write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    return try await Settings(file: file.path, flags: flags, environment: environment)
  }

  @Test func `only the catalogue has no default`() async throws {
    #expect(try await settings(flags: ["propositions": "c.jsonl"]) == Settings(propositions: "c.jsonl"))
    let error = await #expect(throws: SettingsError.self) { try await settings() }
    #expect(error?.key == "propositions")
  }

  @Test func `flags come before the environment, and that before the file`() async throws {
    let yaml = "propositions: c.jsonl\nhost: file\nport: 1\nmodel: file\n"
    let environment = ["SERVE_HOST": "environment", "SERVE_PORT": "2", "HOST": "not ours"]
    let all = try await settings(yaml, flags: ["host": "flag"], environment: environment)
    #expect(all.host == "flag")
    #expect(all.port == 2)
    #expect(all.model == "file")
  }

  @Test func `every key is read from file and environment alike`() async throws {
    let values = [
      "host": "h", "port": "1", "propositions": "p", "models": "m", "model": "n", "experiments": "e",
      "events": "sqlite:v", "history": "y", "candidates": "7", "popularity_refresh": "8",
      "served_features_share": "0.25", "event_queue_limit": "2000", "log_level": "debug", "log_format": "json",
    ]
    #expect(Set(values.keys) == Set(Settings.keys))
    let fromFile = try await settings(values.map { "\($0): \($1)\n" }.joined())
    let fromEnvironment = try await settings(
      environment: Dictionary(uniqueKeysWithValues: values.map { ("SERVE_\($0.uppercased())", $1) }))
    #expect(fromFile == fromEnvironment)
    #expect(fromFile.events == "v")
    #expect(fromFile.servedFeaturesShare == 0.25)
    #expect(fromFile.logFormat == .json)
    let standard = Mirror(reflecting: Settings(propositions: "c")).children
    for (now, before) in zip(Mirror(reflecting: fromFile).children, standard) {
      #expect("\(now.value)" != "\(before.value)", "\(now.label ?? "")")
    }
  }

  @Test(arguments: [
    ("port", "x"), ("port", "-1"), ("port", "65536"), ("candidates", "0"), ("served_features_share", "1.5"),
    ("served_features_share", "nan"), ("event_queue_limit", "999"), ("popularity_refresh", "1.5"),
    ("log_level", "loud"), ("log_format", "xml"), ("host", ""),
  ])
  func `a bad value is named`(key: String, value: String) async throws {
    let environment = ["SERVE_\(key.uppercased())": value]
    let error = await #expect(throws: SettingsError.self) {
      try await settings(flags: ["propositions": "c"], environment: environment)
    }
    #expect(error?.key == key)
  }

  @Test(arguments: ["prot: 8080", "port: [1, 2]", "port: {a: 1}", "port: 'open"])
  func `a file that is not right is an error with its line`(line: String) async throws {
    let error = await #expect(throws: YAMLError.self) { try await settings("propositions: c\n\(line)\n") }
    #expect((2...3).contains(try #require(error?.line)))
  }

  @Test func `a missing file, a list and an empty file are errors`() async throws {
    await #expect(throws: YAMLError.self) { try await Settings(file: "/nowhere.yml", flags: [:], environment: [:]) }
    await #expect(throws: YAMLError.self) { try await settings("- port\n") }
    await #expect(throws: YAMLError.self) { try await settings("") }
  }

  @Test func `a history that is not there does not start`() throws {
    let fixture = try ServerFixture()
    for history in ["\(fixture.folder)/none.jsonl", "sqlite:\(fixture.folder)/none.sqlite", "kafka://broker/topic"] {
      fixture.settings.history = history
      #expect(throws: (any Error).self) { try fixture.server() }
    }
  }
}
