import Events
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import Serve

/// The real binary, started as users start it.
@Suite("The binary", .serialized, .timeLimit(.minutes(2)))
struct BinaryTests {
  @Test(arguments: [SIGTERM, SIGINT])
  func `starts, answers, stops gracefully and keeps what it acknowledged`(signal: Int32) async throws {
    let fixture = try ServerFixture()
    try fixture.addModel(weights: ["proposition_age": -1])
    let binary = try RunningBinary(arguments: Self.arguments(fixture))
    let port = try await binary.port()
    var acknowledged = 0
    try await TestClient.withClient(host: "127.0.0.1", port: port) { client in
      while try await client.get("/health/ready").status != .ok { try await Task.sleep(for: .milliseconds(20)) }
      let body = ByteBuffer(string: #"{"user_id":"u1"}"#)
      let answer = try await client.post("/suggest", body: body)
      #expect(answer.status == .ok)
      #expect(answer.body.map { String(buffer: $0) }?.contains(#""served_by":"ml_ranker""#) == true)
    }
    acknowledged = try await Self.logUntilStopped(binary, port: port, signal: signal)
    #expect(try await binary.exitStatus() == 0, "\(binary.log)")
    let stored = try fixture.storedEvents()
    #expect(stored.count { $0.kind == .served } == 1)
    let clicks = stored.count { $0.kind == .click }
    #expect(acknowledged > 10)
    #expect(clicks >= acknowledged && clicks <= acknowledged + 1)
  }

  @Test func `keeps acknowledged events when it is killed`() async throws {
    let fixture = try ServerFixture()
    let binary = try RunningBinary(arguments: Self.arguments(fixture))
    let acknowledged = try await Self.logUntilStopped(binary, port: try await binary.port(), signal: SIGKILL)
    _ = try await binary.exitStatus()
    let clicks = try fixture.storedEvents().count
    #expect(acknowledged > 10)
    #expect(clicks >= acknowledged && clicks <= acknowledged + 1)
  }

  @Test(arguments: [
    (["--port", "99999"], 64, "--port"), (["--prot", "1"], 64, "--prot"), (["--log-level", "loud"], 64, "--log-level"),
    ([], 1, "propositions"), (["--propositions", "nowhere.jsonl"], 1, "nowhere.jsonl"),
    (["--config", "nowhere.yml"], 1, "nowhere.yml"), (["--help"], 0, ""), (["--version"], 0, ""),
  ])
  func `wrong use says what is wrong`(arguments: [String], status: Int32, word: String) async throws {
    let binary = try RunningBinary(arguments: arguments)
    #expect(try await binary.exitStatus() == status)
    #expect(word.isEmpty || binary.log.contains(word), "\(binary.log)")
  }

  @Test func `a port that is taken is an error`() async throws {
    let fixture = try ServerFixture()
    let first = try RunningBinary(arguments: Self.arguments(fixture))
    let port = try await first.port()
    let second = try RunningBinary(arguments: Self.arguments(fixture, port: port))
    #expect(try await second.exitStatus() == 1)
    first.signal(SIGTERM)
    #expect(try await first.exitStatus() == 0)
  }

  /// Logs clicks one after the other; the signal comes once twenty are acknowledged. Returns how many were.
  private static func logUntilStopped(_ binary: RunningBinary, port: Int, signal: Int32) async throws -> Int {
    try await TestClient.withClient(host: "127.0.0.1", port: port) { client in
      var acknowledged = 0
      do {
        for index in 0..<10_000 {
          let body = ByteBuffer(string: eventJSON("click", ["event_id": "e\(index)"]))
          guard try await client.post("/log_event", body: body).status == .accepted else { break }
          acknowledged += 1
          if acknowledged == 20 { binary.signal(signal) }
        }
      } catch {
        // The server closed the connection, as it should.
      }
      return acknowledged
    }
  }

  private static func arguments(_ fixture: ServerFixture, port: Int = 0) -> [String] {
    [
      "--port", "\(port)", "--propositions", fixture.settings.propositions, "--models", fixture.settings.models,
      "--experiments", fixture.settings.experiments, "--events", fixture.settings.events,
    ]
  }
}

/// The `serve` that was built beside these tests, running.
final class RunningBinary: @unchecked Sendable {
  struct NotListening: Error { let log: String }

  private let process = Process()
  private let file = FileManager.default.temporaryDirectory.appendingPathComponent("serve-\(UUID().uuidString).log")

  init(arguments: [String]) throws {
    let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    process.executableURL = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("serve")
    process.arguments = arguments
    try Data().write(to: file)
    process.standardError = try FileHandle(forWritingTo: file)
    process.standardOutput = FileHandle.nullDevice
    try process.run()
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    try? FileManager.default.removeItem(at: file)
  }

  /// What it wrote to standard error so far.
  var log: String { (try? String(contentsOf: file, encoding: .utf8)) ?? "" }

  /// The port that it logged, once it listens.
  func port() async throws -> Int {
    for _ in 0..<1000 {
      if let match = log.firstMatch(of: /http:\/\/127\.0\.0\.1:([0-9]+)/) { return Int(match.1)! }
      guard process.isRunning else { break }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw NotListening(log: log)
  }

  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  func exitStatus() async throws -> Int32 {
    while process.isRunning { try await Task.sleep(for: .milliseconds(10)) }
    return process.terminationStatus
  }
}
