import Events

/// Counts the events of several sources into a state, each id once.
struct EventReplay {
  /// 128 bits of an id.
  private struct Fingerprint: Hashable {
    let high: UInt64
    let low: UInt64

    init(_ id: String) {
      high = stableHash(id.utf8, seed: 1)
      low = stableHash(id.utf8, seed: 2)
    }
  }

  private var seen: Set<Fingerprint> = []
  private(set) var events = 0
  /// Records that are not events.
  private(set) var skipped = 0

  mutating func run(_ source: any EventSource, into state: inout ServingState) throws {
    var (seen, events, skipped) = (self.seen, self.events, self.skipped)
    self.seen = []
    defer { (self.seen, self.events, self.skipped) = (seen, events, skipped) }
    try source.forEachEvent(onBadRecord: { _ in skipped += 1 }) { event, _ in
      if let id = event.id, !seen.insert(Fingerprint(id)).inserted { return }
      state.count(event)
      events += 1
    }
  }

  func hasSeen(_ event: Event) -> Bool { event.id.map { seen.contains(Fingerprint($0)) } ?? false }
}
