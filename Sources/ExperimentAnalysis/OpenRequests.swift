internal import Events

/// The requests that events may still count for, and events that came before their request.
struct OpenRequests {
  struct Request {
    let user: Int
    let time: Int64
    let isBefore: Bool
    /// Hashes of the slate's propositions; the lowest four bits say what has happened to each.
    var items: [UInt64]
  }

  struct Response {
    let key: EventFingerprint
    let kind: Event.Kind
    let item: UInt64
    let time: Int64
  }

  private var open: [EventFingerprint: Request] = [:]
  private var order = ExpiryQueue<EventFingerprint>()
  private var waiting: [EventFingerprint: [Response]] = [:]
  private var waitingOrder = ExpiryQueue<EventFingerprint>()
  /// Responses that no request came for in time.
  private(set) var unattributed = 0

  static func hash(_ propositionID: String) -> UInt64 { stableHash(propositionID.utf8) & ~15 }

  static func flag(_ kind: Event.Kind) -> UInt64 {
    switch kind {
    case .served: 0
    case .impression: 1
    case .click: 2
    case .accept: 4
    case .dismiss: 8
    }
  }

  /// - Returns: the responses that were waiting for it; nil where a request of that key is open.
  mutating func insert(_ request: Request, _ key: EventFingerprint) -> [Response]? {
    guard open.updateValue(request, forKey: key) == nil else { return nil }
    order.append(key, time: request.time)
    return waiting.removeValue(forKey: key) ?? []
  }

  var count: Int { open.count }

  func isOpen(_ key: EventFingerprint) -> Bool { open[key] != nil }

  /// Marks what happened, once for each proposition of the slate.
  ///
  /// - Returns: the request that it counts for; nil where it counts for none, or did already.
  mutating func mark(_ response: Response, within attribution: Int64) -> Request? {
    guard let index = open.index(forKey: response.key) else { return nil }
    let request = open.values[index]
    guard response.time >= request.time, response.time - request.time <= attribution,
      let place = request.items.firstIndex(where: { $0 & ~15 == response.item })
    else {
      unattributed += 1
      return nil
    }
    let flag = Self.flag(response.kind)
    guard request.items[place] & flag == 0 else { return nil }
    open.values[index].items[place] |= flag
    return request
  }

  mutating func wait(_ response: Response) {
    waiting[response.key, default: []].append(response)
    waitingOrder.append(response.key, time: response.time)
  }

  mutating func expire(requestsBefore time: Int64, responsesBefore waitingTime: Int64) {
    while let key = order.pop(before: time) { open[key] = nil }
    while let key = waitingOrder.pop(before: waitingTime) {
      unattributed += waiting.removeValue(forKey: key)?.count ?? 0
    }
  }
}

/// Keys in the order of arrival, with the time that they are from.
private struct ExpiryQueue<Key> {
  private var entries: [(key: Key, time: Int64)] = []
  private var head = 0

  mutating func append(_ key: Key, time: Int64) { entries.append((key, time)) }

  mutating func pop(before time: Int64) -> Key? {
    guard head < entries.count, entries[head].time < time else { return nil }
    head += 1
    defer {
      if head > 4096, head > entries.count / 2 {
        entries.removeFirst(head)
        head = 0
      }
    }
    return entries[head - 1].key
  }
}
