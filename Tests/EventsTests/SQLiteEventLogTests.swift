import Foundation
import GRDB
import JSON
import TestSupport
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
    _ = try log.append([Event.click("a")])
    let reader = try SQLiteEventLog(path: path, readOnly: true)
    let error = try #require(throws: EventLogError.self) { try reader.append([Event.click("b")]) }
    #expect(error.reason.contains("readonly"))
    _ = try log.append([Event.click("c", at: 1)])
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
    _ = try log.append([Event.click("a", at: 1), Event.click("b", at: 2), Event.click("c", at: 3)])
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
}
