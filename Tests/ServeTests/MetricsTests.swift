import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import Serve

@Suite("GET /metrics")
struct MetricsTests {
  @Test func `requests are counted by template, never by what a client made up`() async throws {
    let fixture = try ServerFixture()
    try await fixture.test { client, server async throws in
      for index in 0..<30 { _ = try await client.get("/made-up/\(index)?x=\(index)") }
      _ = try await client.get("/health/")
      _ = try await client.get("/events?user_id=secret-user")
      _ = try await client.send(.delete, "/suggest")
      _ = try await client.suggest("secret-user")
      #expect(server.metrics.requests.value("GET", "unmatched", "404") == 30)
      #expect(server.metrics.requests.value("GET", "/health", "200") == 1)
      #expect(server.metrics.requests.value("DELETE", "/suggest", "405") == 1)
      let text = try await client.get("/metrics").text
      #expect(!text.contains("made-up") && !text.contains("secret-user"))
    }
  }

  @Test func `the text is what Prometheus reads`() async throws {
    let fixture = try ServerFixture()
    try fixture.addModel(weights: ["proposition_age": -1])
    try await fixture.test { client, _ async throws in
      _ = try await client.suggest("u1")
      _ = try await client.suggest("u1", limit: 0)
      _ = try await client.post("/log_event", eventJSON())
      let answer = try await client.get("/metrics")
      #expect(answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
      let sample = /^[a-z_]+(\{([a-z_]+="[^"\\]*",?)+\})? -?[0-9.e+-]+$/
      var described: Set<String> = []
      for line in answer.text.split(separator: "\n") {
        if line.hasPrefix("# TYPE ") {
          #expect(described.insert(String(line.split(separator: " ")[2])).inserted, "\(line)")
        } else if !line.hasPrefix("# HELP ") {
          #expect(line.wholeMatch(of: sample) != nil, "\(line)")
        }
      }
      #expect(answer.text.hasSuffix("\n"))
      #expect(answer.text.contains("event_queue_depth 0\n"))
      #expect(answer.text.contains("catalogue_propositions 12\n"))
      #expect(answer.text.contains("catalogue_propositions_shown 5\n"))
      #expect(answer.text.contains("models_loaded 1\n"))
      #expect(answer.text.contains(#"http_request_duration_seconds_bucket{route="/suggest",le="+Inf"} 2"#))
    }
  }

  @Test func `histogram buckets add up`() {
    let histogram = HistogramFamily("h", help: "h", labels: ["l"], bounds: [0.5, 1])
    for value in [0.1, 0.5, 0.7, 3] { histogram.observe(value, "x\"y") }
    var text = ""
    histogram.writeSeries(to: &text)
    #expect(
      text == """
        h_bucket{l="x\\"y",le="0.5"} 2
        h_bucket{l="x\\"y",le="1"} 3
        h_bucket{l="x\\"y",le="+Inf"} 4
        h_sum{l="x\\"y"} 4.3
        h_count{l="x\\"y"} 4

        """)
  }

  /// Skipped where Prometheus' own tool is not installed (Debian: `apt install prometheus`).
  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/promtool")))
  func `promtool finds nothing`() async throws {
    let fixture = try ServerFixture()
    try fixture.addModel(weights: [:])
    try await fixture.test { client, _ async throws in
      _ = try await client.suggest("u1")
      _ = try await client.post("/log_event", eventJSON())
      let promtool = Process()
      let (input, output) = (Pipe(), Pipe())
      promtool.executableURL = URL(fileURLWithPath: "/usr/bin/promtool")
      promtool.arguments = ["check", "metrics"]
      (promtool.standardInput, promtool.standardError) = (input, output)
      try promtool.run()
      try input.fileHandleForWriting.write(contentsOf: Data(try await client.get("/metrics").text.utf8))
      try input.fileHandleForWriting.close()
      promtool.waitUntilExit()
      let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      #expect(promtool.terminationStatus == 0, "\(said)")
    }
  }
}
