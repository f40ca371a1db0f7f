public import Events
internal import Foundation
internal import RankingMetrics

/// Draws an event log from a known model, so that a learner can be held against the best possible.
///
/// Each request shows a slate that the logging policy drew without replacement from the propositions that were born
/// before the day began, with weights exp(policy score); the propensity of a place is the probability of its proposition
/// given those above. Clicks come 5 to 120 s after the request; 35 % of the clicks are accepted 5 to 300 s later; 4 % of
/// what was looked at and not clicked is dismissed. The hours of the day are as busy as 1 − 0.8·cos(2π·h/24).
public struct SyntheticLog {
  public struct Parameters: Codable, Equatable, Sendable {
    public var users: Int
    public var propositions: Int
    public var requests: Int
    public var days: Int
    public var slateSize: Int
    public var seed: UInt64
    public var start: Timestamp { Timestamp("2026-01-05T00:00:00Z")! }

    public init(users: Int, propositions: Int, requests: Int, days: Int, slateSize: Int = 8, seed: UInt64) {
      self.users = users
      self.propositions = propositions
      self.requests = requests
      self.days = days
      self.slateSize = slateSize
      self.seed = seed
    }

    enum CodingKeys: String, CodingKey {
      case users, propositions, requests, days, seed
      case slateSize = "slate_size"
    }
  }

  /// A shown proposition with the truth about it.
  public struct Showing: Sendable {
    public var clickProbability: Double
    public var attractiveness: Double
    public var clicked: Bool
  }

  public let parameters: Parameters

  public init(_ parameters: Parameters) {
    precondition(
      parameters.users > 0 && parameters.propositions > 0 && parameters.requests > 0 && parameters.days > 0
        && parameters.slateSize > 0, "a log needs users, propositions, requests, days and a slate: \(parameters)")
    self.parameters = parameters
  }

  /// Draws the log: the catalogue first, then the events in time order, and after each request the truth about its slate.
  public func generate(
    catalogue: ([Proposition]) throws -> Void, event: (Event) throws -> Void, truth: ([Showing]) throws -> Void
  ) throws {
    var generator = SplitMix64(seed: parameters.seed)
    let world = SyntheticWorld(parameters: parameters, generator: &generator)
    try catalogue(
      world.items.enumerated().map { index, item in
        Proposition(
          id: item.id, title: "\(world.categories[item.category].capitalized) \(index + 1)",
          category: world.categories[item.category], createdAt: item.born)
      })
    var policy = LoggingPolicy(items: world.items)
    var reactions = EventSequencer()
    for (number, time) in requestTimes(&generator).enumerated() {
      while let next = reactions.pop(before: time.microseconds) { try event(next) }
      let person = world.people[generator.index(cumulative: world.activity)]
      let device = generator.uniform() < 0.8 ? person.device : Int(generator.next() % 3)
      policy.advance(to: time)
      let slate = policy.slate(of: parameters.slateSize, generator: &generator)
      var served = Event(kind: .served, userID: person.id, timestamp: time)
      served.id = "r\(number + 1)-served"
      served.requestID = "r\(number + 1)"
      served.sessionID = "\(person.id)-\(time.bucket(of: Timestamp.day))"
      served.device = SyntheticWorld.devices[device]
      served.contextType = SyntheticWorld.contextTypes[Int(generator.next() % 3)]
      served.slate = slate.enumerated().map {
        SlateItem(propositionID: world.items[$1.item].id, position: $0 + 1, propensity: $1.propensity)
      }
      _ = reactions.push(served)
      var showings: [Showing] = []
      for (place, shown) in slate.enumerated() {
        let item = world.items[shown.item]
        let attractiveness = world.attractiveness(of: item, to: person, device: device, at: time)
        let examination = SyntheticWorld.examination(position: place + 1)
        let looked = generator.uniform() < examination
        let clicked = looked && generator.uniform() < attractiveness
        showings.append(
          Showing(
            clickProbability: examination * attractiveness, attractiveness: attractiveness, clicked: clicked))
        for reaction in reactionEvents(
          to: served, item: served.slate[place], looked: looked, clicked: clicked, generator: &generator)
        {
          _ = reactions.push(reaction)
        }
      }
      try truth(showings)
    }
    while let next = reactions.pop() { try event(next) }
  }

  private func reactionEvents(
    to served: Event, item: SlateItem, looked: Bool, clicked: Bool, generator: inout SplitMix64
  ) -> [Event] {
    func reaction(_ kind: Event.Kind, after seconds: Double) -> Event {
      let delay = Int64(seconds * 1000) * 1000
      var event = Event(
        kind: kind, userID: served.userID, propositionID: item.propositionID,
        timestamp: served.timestamp.advanced(by: delay))
      event.id = "\(served.requestID ?? "")-\(item.position)-\(kind.rawValue)"
      event.requestID = served.requestID
      event.sessionID = served.sessionID
      event.device = served.device
      event.contextType = served.contextType
      event.position = item.position
      return event
    }
    guard looked else { return [] }
    let delay = 5 + 115 * generator.uniform()
    guard clicked else { return generator.uniform() < 0.04 ? [reaction(.dismiss, after: delay)] : [] }
    let click = reaction(.click, after: delay)
    guard generator.uniform() < 0.35 else { return [click] }
    return [click, reaction(.accept, after: delay + 5 + 295 * generator.uniform())]
  }

  /// The times of the requests, ascending, to the millisecond.
  private func requestTimes(_ generator: inout SplitMix64) -> [Timestamp] {
    var total = 0.0
    let hours = (0..<24).map { hour in
      total += 1 - 0.8 * cos(2 * .pi * (Double(hour) + 0.5) / 24)
      return total
    }
    var offsets: [Int64] = []
    for _ in 0..<parameters.requests {
      let day = Int64(generator.next() % UInt64(parameters.days))
      let hour = Int64(generator.index(cumulative: hours))
      let inHour = Int64(generator.uniform() * 3_600_000) * 1000
      offsets.append(day * Timestamp.day + hour * Timestamp.hour + inHour)
    }
    return offsets.sorted().map { parameters.start.advanced(by: $0) }
  }
}

/// The policy that filled the slates of the log.
private struct LoggingPolicy {
  private let items: [SyntheticWorld.Item]
  private var day = Int64.min
  private var available: [Int] = []
  private var weights: [Double] = []
  private var totals: [Double] = []

  init(items: [SyntheticWorld.Item]) { self.items = items }

  mutating func advance(to time: Timestamp) {
    let today = time.bucket(of: Timestamp.day)
    guard today != day else { return }
    day = today
    let dawn = today * Timestamp.day
    available = items.indices.filter { items[$0].born.microseconds <= dawn }
    if available.isEmpty { available = Array(items.indices) }
    weights = available.map { exp(items[$0].policyScore) }
    var total = 0.0
    totals = weights.map { weight in
      total += weight
      return total
    }
  }

  /// Draws without replacement; each with its probability given those drawn before.
  func slate(of size: Int, generator: inout SplitMix64) -> [(item: Int, propensity: Double)] {
    var drawn: [Int] = []
    var slate: [(item: Int, propensity: Double)] = []
    var left = totals[totals.count - 1]
    while slate.count < min(size, available.count) {
      let choice = generator.index(cumulative: totals)
      guard !drawn.contains(choice) else { continue }
      drawn.append(choice)
      slate.append((available[choice], min(1, weights[choice] / left)))
      left -= weights[choice]
    }
    return slate
  }
}
