import Dispatch
import Events
import Files
import Foundation
import Logging
import Synchronization

/// The event log as the server holds it: opened when it is first needed and again after a failure to open it, used on
/// threads apart from the event loops, its failures counted.
final class EventStore: Sendable {
  enum Operation: String, Sendable { case open, append, read }

  /// The event log could not do what was asked; the log of the server says why.
  struct Unavailable: Error {}

  let path: String
  private let metrics: ServiceMetrics
  private let logger: Logger
  private let opened = Mutex<SQLiteEventLog?>(nil)
  /// The operations that failed when last tried, so that an outage is one line in the log and not a thousand a second.
  private let failing = Mutex<Set<Operation>>([])
  private let readers = DispatchQueue(label: "event log reads", attributes: .concurrent)

  init(path: String, metrics: ServiceMetrics, logger: Logger) {
    self.path = path
    self.metrics = metrics
    self.logger = logger
  }

  /// Appends in one transaction and returns when it is on disk. Blocks.
  func append(_ events: [Event]) throws(Unavailable) -> [SQLiteEventLog.AppendOutcome] {
    let log = try log()
    let outcomes = try watched(.append) { try log.append(events) }
    metrics.eventCommits.add()
    return outcomes
  }

  private func log() throws(Unavailable) -> SQLiteEventLog {
    try watched(.open) {
      try opened.withLock { opened in
        if let opened { return opened }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        if !FileManager.default.fileExists(atPath: folder) { try makeDirectory(at: folder) }
        let log = try SQLiteEventLog(path: path)
        opened = log
        return log
      }
    }
  }

  /// Reads on a thread of its own.
  func read<Value: Sendable>(
    _ body: @escaping @Sendable (SQLiteEventLog) throws -> Value
  ) async throws(Unavailable) -> Value {
    let result: Result<Value, Unavailable> = await withCheckedContinuation { continuation in
      readers.async { continuation.resume(returning: Result { () throws(Unavailable) in try self.readNow(body) }) }
    }
    return try result.get()
  }

  /// Reads on this thread. Blocks.
  func readNow<Value>(_ body: (SQLiteEventLog) throws -> Value) throws(Unavailable) -> Value {
    let log = try log()
    return try watched(.read) { try body(log) }
  }

  private func watched<Value>(_ operation: Operation, _ body: () throws -> Value) throws(Unavailable) -> Value {
    do {
      let result = try body()
      if failing.withLock({ $0.remove(operation) }) != nil {
        logger.notice("event log: \(operation.rawValue) works again", metadata: ["path": "\(path)"])
      }
      return result
    } catch {
      metrics.eventLogFailures.add(1, operation.rawValue)
      if failing.withLock({ $0.insert(operation).inserted }) {
        logger.error(
          "event log: \(operation.rawValue) failed; no event is acknowledged until it works again",
          metadata: ["path": "\(path)", "error": "\(error)"])
      }
      throw Unavailable()
    }
  }
}
