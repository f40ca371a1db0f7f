internal import Events

/// What one aggregate of a feature set has seen so far.
struct AggregateState: Sendable {
  enum Measure { case events, lastTime }

  /// What of a candidate a value depends on.
  enum Scope { case nothing, category, proposition }

  let aggregate: Feature.Aggregate
  let measure: Measure
  let scope: Scope
  /// In microseconds; a resolution of 0 is the clock's own tick, so that "before the bucket" is "strictly before".
  private let bucketLength: Int64
  private var table: BucketTable
  /// The bucket of the request at hand.
  private var now = Int64.min

  init(_ aggregate: Feature.Aggregate, measuring measure: Measure) {
    self.aggregate = aggregate
    self.measure = measure
    let by = aggregate.by
    scope = by.contains(.proposition) ? .proposition : by.contains(.category) ? .category : .nothing
    bucketLength = max(1, aggregate.resolution.microseconds ?? 1)
    let window = aggregate.window.microseconds.map { [bucketLength] in $0 / bucketLength }
    table = BucketTable(
      fold: measure == .events ? .sum : .max, window: measure == .events ? window : nil, keysAreDense: by.count < 2)
  }

  mutating func observe(_ event: Event, keys: KeyTable.Keys) {
    guard aggregate.events.contains(event.kind), let key = keys.combined(aggregate.by) else { return }
    table.add(
      measure == .events ? 1 : event.timestamp.microseconds, key: key, bucket: event.timestamp.bucket(of: bucketLength))
  }

  /// Turns to a request at that time.
  mutating func begin(at time: Timestamp) { now = time.bucket(of: bucketLength) }

  /// The number of events, or the time of the last one in microseconds, as of the last bucket that was completed at the
  /// time of the request.
  mutating func value(keys: KeyTable.Keys) -> Int64? {
    guard let key = keys.combined(aggregate.by) else { return nil }
    return table.value(key: key, asOf: now)
  }
}
