import Foundation
import GRDB
import JSON
import Synchronization
import Testing

@testable import Events

@Suite("SQLite event log")
struct SQLiteEventLogTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("events.sqlite")
  }

  static func click(_ id: String?, user: String = "u", proposition: String = "p", at microseconds: Int64 = 0) -> Event {
    var event = Event(
      kind: .click, userID: user, propositionID: proposition, timestamp: Timestamp(microseconds: microseconds))
    event.id = id
    return event
  }

  private func ids(_ log: SQLiteEventLog) throws -> [String] {
    var ids: [String] = []
    try log.forEachEvent { event, _ in ids.append(event.madeID) }
    return ids
  }

  @Test("An append is synced: synchronous FULL, journal in WAL mode, on the connection that writes")
  func durability() throws {
    for _ in 0..<2 {
      let log = try SQLiteEventLog(path: path)
      let pragmas = try log.database.writeWithoutTransaction { database in
        try (
          Int.fetchOne(database, sql: "PRAGMA synchronous"), String.fetchOne(database, sql: "PRAGMA journal_mode")
        )
      }
      #expect(pragmas.0 == 2 && pragmas.1 == "wal")
    }
  }

  @Test("The same id twice is one event: in a batch, later, after a restart; the first one stays")
  func duplicates() throws {
    let log = try SQLiteEventLog(path: path)
    #expect(try log.append([]) == [])
    let batch = [Self.click("a", at: 1), Self.click("b", at: 2), Self.click("a", at: 3)]
    #expect(try log.append(batch) == [.stored, .stored, .duplicate])
    #expect(try log.append([Self.click("c", at: 4), Self.click("b", at: 5)]) == [.stored, .duplicate])
    #expect(try SQLiteEventLog(path: path).append([Self.click("c")]) == [.duplicate])
    #expect(try log.count() == 3)
    #expect(try ids(log) == ["a", "b", "c"])
    #expect(try log.page(.init(), limit: 1).events == [Self.click("a", at: 1).json])
  }

  @Test("An event without an id gets the made one, so that the same content is one event")
  func madeIDs() throws {
    let log = try SQLiteEventLog(path: path)
    let event = Self.click(nil, at: 7)
    #expect(try log.append([event, event, Self.click(nil, at: 8)]) == [.stored, .duplicate, .stored])
    #expect(try ids(log).first == event.madeID)
    var stored: Event?
    try log.forEachEvent { event, _ in stored = stored ?? event }
    #expect(stored?.id == event.madeID)
    #expect(try log.append([#require(stored)]) == [.duplicate], "what was read may be appended again")
  }

  @Test("Events come in the order of their times, equal times in the order of arrival, with their row as place")
  func order() throws {
    let log = try SQLiteEventLog(path: path)
    _ = try log.append([
      Self.click("late", at: 20), Self.click("tie 1", at: 10), Self.click("early", at: -5), Self.click("tie 2", at: 10),
    ])
    #expect(try ids(log) == ["early", "tie 1", "tie 2", "late"])
    var places: [EventPlace] = []
    try log.forEachEvent { _, place in places.append(place) }
    #expect(places == [3, 2, 4, 1].map { EventPlace(source: "sqlite:\(path)", line: $0) })
    #expect("\(places[0])" == "sqlite:\(path):3")
  }

  @Test("Pages in the order of arrival hold every event once, at any page size", arguments: [1, 2, 3, 10, 11])
  func pages(_ limit: Int) throws {
    let log = try SQLiteEventLog(path: path)
    let events = (0..<10).map { Self.click("e\($0)", at: Int64(-$0)) }
    _ = try log.append(events)
    var seen: [String] = []
    var cursor: Int64? = 0
    var pages = 0
    while let after = cursor {
      let page = try log.page(.init(), after: after, limit: limit)
      #expect(page.events.count <= limit && !page.events.isEmpty)
      seen += page.events
      cursor = page.nextCursor
      pages += 1
    }
    #expect(seen == events.map(\.json))
    #expect(pages == (10 + limit - 1) / limit)
    #expect(try log.page(.init(), after: 10, limit: 5).events == [])
  }

  @Test("Filters, alone and together")
  func filters() throws {
    let log = try SQLiteEventLog(path: path)
    var events = (0..<12).map { Self.click("e\($0)", user: "u\($0 % 3)", at: Int64($0)) }
    for index in events.indices {
      if index % 2 == 0 { events[index].kind = .accept }
      if index % 4 == 0 { events[index].requestID = "r" }
    }
    _ = try log.append(events)
    func found(_ set: (inout SQLiteEventLog.Filter) -> Void) throws -> [Int] {
      var filter = SQLiteEventLog.Filter()
      set(&filter)
      let texts = try log.page(filter, limit: 100).events
      return texts.compactMap { text in events.firstIndex { $0.json == text } }
    }
    #expect(try found { _ in } == Array(0..<12))
    #expect(try found { $0.userID = "u1" } == [1, 4, 7, 10])
    #expect(try found { $0.kind = .accept } == [0, 2, 4, 6, 8, 10])
    #expect(try found { $0.requestID = "r" } == [0, 4, 8])
    #expect(try found { $0.since = Timestamp(microseconds: 9) } == [9, 10, 11], "from this time on")
    #expect(try found { $0.until = Timestamp(microseconds: 2) } == [0, 1], "before this time")
    #expect(
      try found {
        $0.userID = "u1"
        $0.kind = .accept
        $0.requestID = "r"
        $0.since = Timestamp(microseconds: 1)
        $0.until = Timestamp(microseconds: 10)
      } == [4])
    #expect(try found { $0.userID = "u1' OR 1=1 --" } == [])
  }

  @Test("What was appended is there after a restart")
  func reopen() throws {
    for round in 0..<3 {
      let log = try SQLiteEventLog(path: path)
      #expect(try log.count() == round)
      _ = try log.append([Self.click("e\(round)", at: Int64(round))])
    }
    #expect(try ids(SQLiteEventLog(path: path, readOnly: true)) == ["e0", "e1", "e2"])
  }

  @Test("Read-only: a missing log is not made, an existing one is not changed")
  func readOnly() throws {
    #expect(throws: EventLogError(path: path, reason: "there is no such database")) {
      try SQLiteEventLog(path: path, readOnly: true)
    }
    #expect(throws: EventLogError(path: path, reason: "there is no such database")) {
      try eventSource(named: "sqlite:\(path)")
    }
    #expect(!FileManager.default.fileExists(atPath: path))
    let log = try SQLiteEventLog(path: path)
    _ = try log.append([Self.click("a")])
    let reader = try SQLiteEventLog(path: path, readOnly: true)
    let error = try #require(throws: EventLogError.self) { try reader.append([Self.click("b")]) }
    #expect(error.reason.contains("readonly"))
    _ = try log.append([Self.click("c", at: 1)])
    #expect(try ids(reader) == ["a", "c"], "a reader sees what was appended beside it")
  }

  @Test("A file that is no database, a database of something else, and a folder that is not there")
  func foreign() throws {
    let text = try folder.write(String(repeating: "not a database\n", count: 100), to: "text.sqlite")
    for readOnly in [false, true] {
      let error = try #require(throws: EventLogError.self) { try SQLiteEventLog(path: text, readOnly: readOnly) }
      #expect("\(error)" == "event log \(text): file is not a database")
    }
    let other = folder.file("other.sqlite")
    try DatabaseQueue(path: other).write { try $0.execute(sql: "CREATE TABLE cats (name TEXT)") }
    let log = try SQLiteEventLog(path: other, readOnly: true)
    let missing = EventLogError(path: other, reason: "no such table: events")
    #expect(throws: missing) { try log.count() }
    #expect(throws: missing) { try log.page(.init(), limit: 1) }
    #expect(throws: missing) { try log.forEachEvent { _, _ in } }
    #expect(throws: EventLogError.self) { try SQLiteEventLog(path: folder.file("missing/events.sqlite")) }
  }

  @Test("A record that is not an event is handed over with its row, or ends the reading")
  func badRecord() throws {
    let log = try SQLiteEventLog(path: path)
    _ = try log.append([Self.click("a", at: 1), Self.click("b", at: 2), Self.click("c", at: 3)])
    try log.database.write { try $0.execute(sql: "UPDATE events SET json = '{}' WHERE event_id = 'b'") }
    let expected = LineError(
      path: "sqlite:\(path)", line: 2,
      reason: "field \"event_type\": is missing; expected one of served, impression, click, accept, dismiss")
    #expect(throws: expected) { try log.forEachEvent { _, _ in } }
    var errors: [LineError] = []
    var count = 0
    try log.forEachEvent(onBadRecord: { errors.append($0) }) { _, _ in count += 1 }
    #expect(errors == [expected] && count == 2)
  }

  @Test("Connections that open a new log at once, and append at once, lose nothing and store nothing twice")
  func concurrentConnections() throws {
    let outcomes = Mutex<[SQLiteEventLog.AppendOutcome]>([])
    try inThreads(4) { [path] writer in
      let log = try SQLiteEventLog(path: path)
      for index in 0..<10 {
        let mine = Self.click("writer \(writer) event \(index)", at: Int64(index))
        let shared = Self.click("shared \(index)", at: Int64(index))
        let outcome = try log.append([mine, shared])
        outcomes.withLock { $0 += outcome }
      }
    }
    let log = try SQLiteEventLog(path: path)
    #expect(try log.count() == 50)
    #expect(outcomes.withLock { $0.filter { $0 == .stored }.count } == 50)
    #expect(Set(try ids(log)).count == 50)
  }
}
