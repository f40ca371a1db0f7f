import Events

/// Counts the events of several sources into a state, each id once.
struct EventReplay {
  private var seen: Set<EventFingerprint> = []
  private(set) var events = 0
  /// Records that are not events.
  private(set) var skipped = 0

  mutating func run(_ source: any EventSource, into state: inout ServingState) throws {
    var (seen, events, skipped) = (self.seen, self.events, self.skipped)
    self.seen = []
    defer { (self.seen, self.events, self.skipped) = (seen, events, skipped) }
    try source.forEachEvent(onBadRecord: { _ in skipped += 1 }) { event, _ in
      if let id = event.id, !seen.insert(EventFingerprint(id)).inserted { return }
      state.count(event)
      events += 1
    }
  }

  func hasSeen(_ event: Event) -> Bool { event.id.map { seen.contains(EventFingerprint($0)) } ?? false }
}
