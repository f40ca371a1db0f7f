import Events
import Foundation
import TestSupport

/// The event logs that this build has.
enum LogKind: CaseIterable, Sendable {
  case sqlite
  #if Postgres
    case postgres
  #endif
}

/// A log that is empty at first, may be opened more than once, and goes with the object.
final class TemporaryLog: Sendable {
  /// What `eventSource(named:)` takes.
  let sourceName: String
  /// The source of the events' places.
  let placeName: String
  private let openLog: @Sendable (_ readOnly: Bool) throws -> any EventLog
  /// Holds the folder or the schema.
  private let keeper: any Sendable

  init(_ kind: LogKind) throws {
    switch kind {
    case .sqlite:
      let folder = try TemporaryFolder()
      let path = folder.file("events.sqlite")
      (sourceName, placeName, keeper) = ("sqlite:\(path)", "sqlite:\(path)", folder)
      openLog = { try SQLiteEventLog(path: path, readOnly: $0) }
    #if Postgres
      case .postgres:
        let schema = try TemporarySchema()
        let url = schema.url
        (sourceName, placeName, keeper) = (url, withoutCredentials(url), schema)
        openLog = { try PostgresEventLog(url: url, readOnly: $0) }
    #endif
    }
  }

  func open(readOnly: Bool = false) throws -> any EventLog { try openLog(readOnly) }
}
