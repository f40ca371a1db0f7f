import Dispatch
import Events
import ServiceLifecycle
import Synchronization

/// Group commit: whatever waits while one transaction syncs goes to disk with the next.
///
/// The queue is bounded. When the server stops, the writer takes nothing more and ends once the queue is on disk.
final class EventWriter: Service {
  /// The queue has no room for the events.
  struct QueueFull: Error {}

  private typealias Outcome = Result<[SQLiteEventLog.AppendOutcome], EventStore.Unavailable>

  private struct Submission {
    let events: [Event]
    let onOutcome: @Sendable (Outcome) -> Void
  }

  private struct Queue {
    var submissions: [Submission] = []
    var depth = 0
    var isDraining = false
    var isClosed = false
  }

  private let store: EventStore
  private let limit: Int
  private let metrics: ServiceMetrics
  /// Called with the events that are on disk and were not there before, before their sender hears of it.
  private let onStored: @Sendable ([Event]) -> Void
  private let queue = Mutex(Queue())
  private let thread = DispatchQueue(label: "event log writes", qos: .userInitiated)

  init(
    store: EventStore, limit: Int, metrics: ServiceMetrics, onStored: @escaping @Sendable ([Event]) -> Void
  ) {
    self.store = store
    self.limit = limit
    self.metrics = metrics
    self.onStored = onStored
  }

  /// Events that wait for the disk.
  var depth: Int { queue.withLock(\.depth) }

  /// Returns once the events are on disk, with what became of each.
  ///
  /// - Throws: ``QueueFull``, or ``EventStore/Unavailable`` when the database failed.
  func log(_ events: [Event]) async throws -> [SQLiteEventLog.AppendOutcome] {
    let outcome: Outcome? = await withCheckedContinuation { continuation in
      if !submit(events, onOutcome: { continuation.resume(returning: $0) }) { continuation.resume(returning: nil) }
    }
    guard let outcome else { throw QueueFull() }
    return try outcome.get()
  }

  /// Puts an answer's event into the queue and does not wait; one that is lost is counted.
  func enqueue(_ event: Event) {
    let wasTaken = submit([event]) { [metrics] outcome in
      if case .failure = outcome { metrics.servedEventsLost.add(1, "database") }
    }
    if !wasTaken { metrics.servedEventsLost.add(1, "queue_full") }
  }

  func run() async {
    try? await gracefulShutdown()
    queue.withLock { $0.isClosed = true }
    await withCheckedContinuation { continuation in
      thread.async {
        self.drain()
        continuation.resume()
      }
    }
  }

  /// Whether there was room.
  private func submit(_ events: [Event], onOutcome: @escaping @Sendable (Outcome) -> Void) -> Bool {
    let (wasTaken, isFirst) = queue.withLock { queue -> (Bool, Bool) in
      guard !queue.isClosed, queue.depth + events.count <= limit else { return (false, false) }
      queue.submissions.append(Submission(events: events, onOutcome: onOutcome))
      queue.depth += events.count
      defer { queue.isDraining = true }
      return (true, !queue.isDraining)
    }
    if isFirst { thread.async { self.drain() } }
    return wasTaken
  }

  private func drain() {
    while true {
      let batch = queue.withLock { queue -> [Submission] in
        defer { queue.submissions.removeAll(keepingCapacity: true) }
        queue.isDraining = !queue.submissions.isEmpty
        return queue.submissions
      }
      if batch.isEmpty { return }
      commit(batch)
      queue.withLock { queue in queue.depth -= batch.reduce(0) { $0 + $1.events.count } }
    }
  }

  private func commit(_ batch: [Submission]) {
    let events = batch.flatMap(\.events)
    let outcomes: [SQLiteEventLog.AppendOutcome]
    do {
      outcomes = try store.append(events)
    } catch {
      for submission in batch { submission.onOutcome(.failure(error)) }
      return
    }
    onStored(zip(events, outcomes).filter { $0.1 == .stored }.map(\.0))
    metrics.duplicateEvents.add(outcomes.count { $0 == .duplicate })
    var start = 0
    for submission in batch {
      submission.onOutcome(.success(Array(outcomes[start..<(start + submission.events.count)])))
      start += submission.events.count
    }
  }
}
