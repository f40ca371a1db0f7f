internal import Events
internal import HeapModule

/// Puts events in time order. Each id passes once.
struct EventSequencer {
  private struct Waiting: Comparable {
    let event: Event
    let arrival: Int

    static func < (a: Waiting, b: Waiting) -> Bool {
      (a.event.timestamp, a.arrival) < (b.event.timestamp, b.arrival)
    }
    static func == (a: Waiting, b: Waiting) -> Bool { a.arrival == b.arrival }
  }

  enum Outcome { case accepted, duplicate, late }

  private var waiting = Heap<Waiting>()
  private var arrivals = 0
  /// The time of the newest event that was accepted.
  private(set) var newest = Int64.min
  private var handedOut = Int64.min
  private var seen: Set<EventFingerprint> = []

  mutating func push(_ event: Event) -> Outcome {
    guard event.timestamp.microseconds >= handedOut else { return .late }
    guard seen.insert(EventFingerprint(event.madeID)).inserted else { return .duplicate }
    arrivals += 1
    newest = max(newest, event.timestamp.microseconds)
    waiting.insert(Waiting(event: event, arrival: arrivals))
    return .accepted
  }

  /// The earliest of the waiting events if it is from before `time`; later ones from before it are refused as late.
  mutating func pop(before time: Int64 = .max) -> Event? {
    guard let next = waiting.min, next.event.timestamp.microseconds < time else { return nil }
    handedOut = next.event.timestamp.microseconds
    return waiting.removeMin().event
  }
}
