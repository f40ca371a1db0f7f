import Events
import Foundation
import HummingbirdTesting
import Testing

@testable import Serve

@Suite("POST /log_event and GET /events")
struct EventTests {
  @Test func `an acknowledged event is on disk`() async throws {
    let fixture = try ServerFixture()
    try await fixture.test { client, _ async throws in
      let answer = try await client.post("/log_event", eventJSON("accept", ["event_id": "e1", "colour": "red"]))
      #expect(answer.status == 202)
      #expect(answer.text == #"{"accepted":1,"duplicates":0}"#)
      let stored = try fixture.storedEvents()
      #expect(stored.map(\.id) == ["e1"])
      #expect(stored.first?.kind == .accept)
      #expect(stored.first?.attributes == ["colour": #""red""#])
    }
  }

  @Test func `the same id or the same content twice is one event`() async throws {
    let fixture = try ServerFixture()
    try await fixture.test { client, _ async throws in
      let named = eventJSON("click", ["event_id": "e1"])
      #expect(try await client.post("/log_event", named).text == #"{"accepted":1,"duplicates":0}"#)
      #expect(try await client.post("/log_event", named).text == #"{"accepted":0,"duplicates":1}"#)
      let unnamed = eventJSON("click", ["user_id": "u2"])
      #expect(try await client.post("/log_event", "[\(unnamed),\(unnamed)]").text == #"{"accepted":1,"duplicates":1}"#)
      #expect(try fixture.storedEvents().count == 2)
      let metrics = try await client.get("/metrics").text
      #expect(metrics.contains(#"events_total{type="click",experiment="none",variant="none"} 2"#))
      #expect(metrics.contains("event_duplicates_total 2"))
    }
  }

  @Test func `an event without a time has the server's`() async throws {
    let fixture = try ServerFixture()
    try await fixture.test { client, _ async throws in
      let before = Timestamp.now
      let body = #"{"event_type":"click","user_id":"u1","proposition_id":"p1"}"#
      #expect(try await client.post("/log_event", body).status == 202)
      let time = try #require(try fixture.storedEvents().first?.timestamp)
      #expect(before <= time && time <= .now)
    }
  }

  @Test(arguments: [
    ("", nil), ("7", nil), ("[]", nil), ("{}", "event_type"), (eventJSON("bought"), "event_type"),
    (eventJSON("served"), "slate"), (eventJSON("click", ["timestamp": "yesterday"]), "timestamp"),
    (eventJSON("click", ["user_id": ""]), "user_id"), (eventJSON("click", ["proposition_id": ""]), "proposition_id"),
    (eventJSON("click", ["event_id": String(repeating: "x", count: 257)]), "event_id"),
    (eventJSON("click", ["position": "1"]), "position"), ("[\(eventJSON()),{}]", "[1].event_type"),
    ("[\(eventJSON()),7]", "[1]"),
    (#"{"event_type":"served","user_id":"u","slate":[{"id":"p1","position":1}]}"#, "event_type"),
    ("[\(Array(repeating: eventJSON(), count: 1001).joined(separator: ","))]", nil),
  ])
  func `refuses what is not an event, whole`(body: String, field: String?) async throws {
    let fixture = try ServerFixture()
    try await fixture.test { client, _ async throws in
      let answer = try await client.post("/log_event", body)
      #expect(answer.status == 400)
      #expect(answer.error.field == field)
      #expect(try await client.get("/events").text == #"{"events":[],"next":null}"#)
    }
  }

  @Test func `pages and filters`() async throws {
    let fixture = try ServerFixture()
    try await fixture.test { client, _ async throws in
      let events = (0..<25).map { index in
        eventJSON(
          index % 2 == 0 ? "click" : "accept",
          [
            "event_id": "e\(index)", "user_id": "u\(index % 3)", "request_id": "r\(index / 5)",
            "timestamp": "2026-06-01T10:00:\(10 + index)Z",
          ])
      }
      #expect(try await client.post("/log_event", "[\(events.joined(separator: ","))]").status == 202)
      func ids(_ query: String) async throws -> (ids: [String], next: String?) {
        let answer = try await client.get("/events?\(query)")
        #expect(answer.status == 200)
        let events = answer.json["events"] as? [[String: Any]] ?? []
        return (events.compactMap { $0["event_id"] as? String }, answer["next"])
      }
      var found: [String] = []
      var cursor: String? = "0"
      while let after = cursor {
        let page = try await ids("limit=10&after=\(after)")
        #expect(page.ids.count <= 10)
        found += page.ids
        cursor = page.next
      }
      #expect(found == (0..<25).map { "e\($0)" })
      #expect(try await ids("user_id=u1&event_type=accept").ids == ["e1", "e7", "e13", "e19"])
      #expect(try await ids("request_id=r4").ids == ["e20", "e21", "e22", "e23", "e24"])
      #expect(
        try await ids("since=2026-06-01T10:00:12Z&until=2026-06-01T11%3A00%3A14%2B01:00").ids == ["e2", "e3"])
      #expect(try await ids("user_id=nobody").ids.isEmpty)
    }
  }

  @Test(arguments: [
    ("limit=0", "limit"), ("limit=1001", "limit"), ("limit=x", "limit"), ("event_type=bought", "event_type"),
    ("since=2026", "since"), ("until=", "until"), ("after=-1", "after"), ("after=x", "after"),
  ])
  func `refuses bad parameters`(query: String, field: String) async throws {
    try await ServerFixture().test { client, _ async throws in
      let answer = try await client.get("/events?\(query)")
      #expect(answer.status == 400)
      #expect(answer.error.field == field)
    }
  }

  @Test func `a queue without room answers 503 and stores nothing`() async throws {
    let fixture = try ServerFixture()
    fixture.settings.eventQueueLimit = 2
    try await fixture.test { client, _ async throws in
      let events = (0..<3).map { eventJSON("click", ["event_id": "e\($0)"]) }.joined(separator: ",")
      let answer = try await client.post("/log_event", "[\(events)]")
      #expect(answer.status == 503)
      #expect(answer.headers["retry-after"] == "1")
      #expect(try await client.get("/events").text == #"{"events":[],"next":null}"#)
      #expect(try await client.post("/log_event", eventJSON()).status == 202)
    }
  }

  @Test func `a database that cannot be opened answers 503 until it can`() async throws {
    let fixture = try ServerFixture()
    fixture.settings.events = "\(fixture.folder)/propositions.jsonl/events.sqlite"
    try await fixture.test { client, server async throws in
      let answer = try await client.post("/log_event", eventJSON())
      #expect(answer.status == 503)
      #expect(answer.headers["retry-after"] == "1")
      #expect(try await client.get("/events").status == 503)
      #expect(try await client.suggest("u1").status == 200)
      #expect(server.metrics.eventLogFailures.value("open") > 0)
      try FileManager.default.removeItem(atPath: "\(fixture.folder)/propositions.jsonl")
      #expect(try await client.post("/log_event", eventJSON()).status == 202)
      #expect(try fixture.storedEvents().count == 1)
    }
  }

  @Test func `a file that is no database is never written to`() async throws {
    let fixture = try ServerFixture()
    try String(repeating: "noise ", count: 5000).write(
      toFile: fixture.settings.events, atomically: true, encoding: .utf8)
    try await fixture.test { client, server async throws in
      let answer = try await client.post("/log_event", eventJSON())
      #expect(answer.status == 503)
      #expect(try await client.suggest("u1").status == 200)
    }
    #expect(try String(contentsOfFile: fixture.settings.events, encoding: .utf8).hasPrefix("noise noise"))
  }

  @Test func `many at once are all stored, in far fewer commits`() async throws {
    let fixture = try ServerFixture()
    let server = try fixture.server()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<500 {
        group.addTask {
          var event = Event(kind: .click, userID: "u", propositionID: "p1", timestamp: .now)
          event.id = "e\(index)"
          let outcome = try await server.writer.log([event])
          #expect(outcome == [.stored])
        }
      }
      try await group.waitForAll()
    }
    #expect(try fixture.storedEvents().count == 500)
    #expect(server.writer.depth == 0)
    #expect(server.metrics.eventCommits.value() < 400)
  }
}
