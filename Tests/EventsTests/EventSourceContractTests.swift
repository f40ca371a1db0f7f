import Events
import Foundation
import TestSupport
import Testing

@Suite("Every source gives back the events that went in")
struct EventSourceContractTests {
  enum Kind: CaseIterable {
    case jsonLines, gzip, sqlite
    #if Postgres
      case postgres
    #endif
  }

  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A source of that kind that holds the events, by the name that the command line takes.
  private func source(_ kind: Kind, of events: [Event]) throws -> any EventSource {
    let lines = events.map { $0.json + "\n" }.joined()
    switch kind {
    case .jsonLines: return try eventSource(named: folder.write(lines, to: "events.jsonl"))
    case .gzip:
      let gzip = Process()
      gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      gzip.arguments = ["gzip", try folder.write(lines, to: "events.jsonl")]
      try gzip.run()
      gzip.waitUntilExit()
      return try eventSource(named: folder.file("events.jsonl.gz"))
    case .sqlite:
      _ = try SQLiteEventLog(path: folder.file("events.sqlite")).append(events)
      return try eventSource(named: "sqlite:\(folder.file("events.sqlite"))")
    #if Postgres
      case .postgres:
        let log = try TemporaryLog(.postgres)
        _ = try log.open().append(events)
        return KeptSource(source: try eventSource(named: log.sourceName), log: log)
    #endif
    }
  }

  /// A source whose place lasts as long as it does.
  private struct KeptSource: EventSource {
    let source: any EventSource
    let log: TemporaryLog

    func forEachEvent(
      onBadRecord: (LineError) throws -> Void, _ body: (_ event: Event, _ place: EventPlace) throws -> Void
    ) throws {
      try source.forEachEvent(onBadRecord: onBadRecord, body)
    }
  }

  /// Seeded events in the order of time, in which every source gives them.
  private static let events = (1...300).map { Event.random(seed: UInt64($0)) }
    .sorted { $0.timestamp < $1.timestamp }

  @Test("The same events, in the same order, each with a place of its own", arguments: Kind.allCases)
  func sameEvents(_ kind: Kind) throws {
    var back: [Event] = []
    var places = Set<Int>()
    try source(kind, of: Self.events).forEachEvent { event, place in
      back.append(event)
      places.insert(place.line)
    }
    func identified(_ event: Event) -> Event {
      var event = event
      event.id = event.madeID
      return event
    }
    #expect(back.map(identified) == Self.events.map(identified))
    #expect(places == Set(1...300))
  }

  @Test("An empty source has no events", arguments: Kind.allCases)
  func empty(_ kind: Kind) throws {
    try source(kind, of: []).forEachEvent { _, _ in Issue.record("an event of an empty source") }
  }

  @Test("It can be read again, also after a body that throws", arguments: Kind.allCases)
  func again(_ kind: Kind) throws {
    struct Stop: Error {}
    let source = try source(kind, of: Array(Self.events[..<20]))
    var count = 0
    #expect(throws: Stop.self) {
      try source.forEachEvent { _, _ in
        count += 1
        if count == 5 { throw Stop() }
      }
    }
    #expect(count == 5)
    for _ in 0..<2 {
      count = 0
      try source.forEachEvent { _, _ in count += 1 }
      #expect(count == 20)
    }
  }

  @Test("Names of sources that cannot be read", arguments: ["kafka://host/topic", "x://", "mysql://h/d"])
  func unknown(_ name: String) throws {
    let error = try #require(throws: UnknownSource.self) { try eventSource(named: name) }
    #expect("\(error)".hasPrefix("\(name): cannot be read; expected"))
  }

  #if !Postgres
    @Test("A build without PostgreSQL says how to make one with it, and keeps the password to itself")
    func withoutTrait() throws {
      for name in ["postgres://u:secret@host/db?password=secret", "postgresql://host/db"] {
        let error = try #require(throws: UnknownSource.self) { try eventSource(named: name) }
        #expect(
          "\(error)" == withoutCredentials(name)
            + ": cannot be read; this build has no PostgreSQL: build with `--traits Postgres`")
      }
    }
  #endif

  @Test(
    "Credentials and options are left out of a name",
    arguments: [
      ("postgres://u:secret@host:1/db?sslmode=require", "postgres://host:1/db"),
      ("postgres://u:se/cr@et@host/db", "postgres://host/db"), ("postgres://u:s?ecret@host/db", "postgres://…"),
      ("postgres://host/db?password=s@cret", "postgres://…"), ("postgres:///db?host=/run&password=x", "postgres:///db"),
      ("postgres://secret@", "postgres://"), ("x://", "x://"), ("a@b.jsonl", "a@b.jsonl"), ("", ""),
    ])
  func credentials(_ name: String, _ shown: String) {
    #expect(withoutCredentials(name) == shown)
  }

  @Test("A path with a colon is a path", arguments: ["a:b.jsonl", "C:/events.jsonl", ""])
  func paths(_ name: String) throws {
    #expect((try eventSource(named: name) as? JSONLinesEventSource)?.path == name)
  }
}
