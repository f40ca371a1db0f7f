import Events
import Foundation
import TestSupport
import Testing

@testable import Features

/// Each kind against a hand calculation, and all of them against a recount of the whole log.
@Suite struct FeatureEngineTests {
  static let start = Timestamp("2026-03-02T00:00:00Z")!
  static let catalogue = try! Catalogue([
    Proposition(
      id: "a", title: "A", category: "books", createdAt: start.advanced(by: -2 * Timestamp.day),
      attributes: ["price": .number(3)]),
    Proposition(id: "b", title: "B", category: "art"),
    Proposition(id: "c", title: "C", category: "books"),
  ])

  static func event(
    _ kind: Event.Kind, _ user: String, _ proposition: String, at minutes: Double, device: String? = nil
  ) -> Event {
    var event = Event(
      kind: kind, userID: user, propositionID: kind == .served ? nil : proposition,
      timestamp: start.advanced(by: Int64(minutes * 60) * Timestamp.second))
    event.device = device
    if kind == .served {
      event.slate = proposition.enumerated().map { SlateItem(propositionID: String($1), position: $0 + 1) }
    }
    return event
  }

  func vector(
    _ features: String, after events: [Event], user: String = "u", at minutes: Double, proposition: Int = 0,
    position: Int? = nil, device: String? = nil
  ) throws -> [Float] {
    var engine = FeatureEngine(
      featureSet: try FeatureSet(yaml: "version: 1\nfeatures:\n  - {name: x, \(features)}", file: "test"),
      catalogue: Self.catalogue)
    for event in events { engine.observe(event) }
    return engine.features(
      for: FeatureRequest(
        userID: user, timestamp: Self.start.advanced(by: Int64(minutes * 60) * Timestamp.second), device: device),
      candidates: [FeatureCandidate(proposition: proposition, position: position)])
  }

  @Test func countSeesOnlyCompletedBuckets() throws {
    let clicks = [0, 30, 59.9, 60, 125].map { Self.event(.click, "u", "a", at: $0) }
    let count = "kind: count, events: click, by: proposition, transform: none"
    #expect(try vector(count, after: clicks, at: 59.99) == [0])
    #expect(try vector(count, after: clicks, at: 60) == [3])
    #expect(try vector(count, after: clicks, at: 119) == [3])
    #expect(try vector(count, after: clicks, at: 180) == [5])
    #expect(try vector(count, after: clicks, at: 180, proposition: 1) == [0])
    #expect(try vector(count + ", window: 1h", after: clicks, at: 180) == [1])
    #expect(try vector(count + ", window: 2h", after: clicks, at: 180) == [2])
  }

  @Test func resolutionZeroIsStrictlyBefore() throws {
    let count = "kind: count, events: click, by: user, transform: none, resolution: 0s"
    let clicks = [10, 20].map { Self.event(.click, "u", "a", at: $0) }
    #expect(try vector(count, after: clicks, at: 10) == [0])
    #expect(try vector(count, after: clicks, at: 10.5) == [1])
    #expect(try vector(count, after: clicks, at: 20) == [1])
    #expect(try vector(count, after: clicks, at: 21) == [2])
  }

  @Test func rateIsSmoothed() throws {
    let events =
      [Self.event(.served, "u", "ab", at: 0), Self.event(.served, "v", "a", at: 1)] + [
        Self.event(.click, "u", "a", at: 2)
      ]
    let rate = "kind: rate, events: click, over: served, by: proposition, strength: 8, transform: none"
    // Global: (1 + 1) / (3 + 20).
    #expect(try vector(rate, after: events, at: 60) == [Float((1 + 8 * (2.0 / 23)) / (2 + 8))])
    #expect(try vector(rate + ", prior: 0.25", after: events, at: 60) == [Float((1 + 8 * 0.25) / (2 + 8))])
    #expect(try vector(rate + ", prior: 0.25", after: events, at: 60, proposition: 2) == [0.25])
    #expect(try vector(rate, after: events, at: 30) == [Float(1.0 / 20)])
  }

  @Test func recencyIsCapped() throws {
    let recency = "kind: recency, events: click, by: user, resolution: 0s, cap: 6h, transform: none"
    let click = [Self.event(.click, "u", "a", at: 30)]
    #expect(try vector(recency, after: click, at: 90) == [1])
    #expect(try vector(recency, after: click, at: 60 * 24) == [6])
    #expect(try vector(recency, after: click, user: "v", at: 90) == [6])
  }

  @Test func otherKinds() throws {
    #expect(try vector("kind: age, transform: none", after: [], at: 720) == [2.5])
    #expect(try vector("kind: age, transform: none", after: [], at: 720, proposition: 1) == [0])
    #expect(try vector("kind: numeric, attribute: price", after: [], at: 0) == [3])
    #expect(try vector("kind: numeric, attribute: price, default: -1", after: [], at: 0, proposition: 1) == [-1])
    #expect(try vector("kind: category, field: proposition.category", after: [], at: 0) == [0, 1])
    #expect(try vector("kind: category, field: device, values: [web, tv]", after: [], at: 0, device: "tv") == [0, 1])
    #expect(try vector("kind: category, field: device, values: [web, tv]", after: [], at: 0, device: "?") == [0, 0])
    #expect(try vector("kind: category, field: device, buckets: 4", after: [], at: 0, device: "tv").reduce(0, +) == 1)
    let noon = try vector("kind: time_of_day", after: [], at: 720)
    #expect(abs(noon[0]) < 1e-6 && noon[1] == -1)
    // 2 March 2026 is a Monday.
    #expect(try vector("kind: day_of_week", after: [], at: 60 * 25) == [0, 1, 0, 0, 0, 0, 0])
    #expect(try vector("kind: position, transform: none, serving: 3", after: [], at: 0, position: 7) == [7])
    #expect(try vector("kind: position, transform: none, serving: 3", after: [], at: 0) == [3])
  }

  @Test func transformsStayFinite() {
    for transform in Feature.Transform.allCases {
      for value in [-1e30, -1, 0, 1e-300, 0.5, 1, 1e30] {
        #expect(transform.apply(value).isFinite, "\(transform) \(value)")
      }
    }
    #expect(Feature.Transform.log1p.apply(1) == Float(log(2.0)))
    #expect(Feature.Transform.logit.apply(0.75) == Float(log(3.0)))
  }

  /// A random log: what happens in or after a request's bucket, or elsewhere later, does not touch its features.
  @Test(arguments: 0..<20)
  func theFutureChangesNothing(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let log = Self.randomLog(&generator)
    let now = Double(generator.next() % 600) + 300
    let hour = (now / 60).rounded(.down) * 60
    // The standard set without what is current to the microsecond.
    let set = FeatureSet(
      features: FeatureSet.standard.features.filter { !$0.name.hasPrefix("user_ctr") && $0.name != "user_last_chosen" })
    func features(of events: [Event]) -> [Float] {
      var engine = FeatureEngine(featureSet: set, catalogue: Self.catalogue)
      for event in events { engine.observe(event) }
      return engine.features(
        for: FeatureRequest(userID: "u1", timestamp: Self.start.advanced(by: Int64(now) * 60 * Timestamp.second)),
        candidates: (0..<3).map { FeatureCandidate(proposition: $0) })
    }
    let past = log.filter { $0.timestamp < Self.start.advanced(by: Int64(hour) * 60 * Timestamp.second) }
    #expect(features(of: log) == features(of: past))
    #expect(features(of: past) != features(of: Array(past.dropLast(past.count / 2))), "the log does not matter at all")
  }

  static func randomLog(_ generator: inout SeededGenerator) -> [Event] {
    var minutes = 0.0
    return (0..<400).map { _ in
      minutes += Double(generator.next() % 5)
      let kind = [Event.Kind.served, .served, .click, .accept, .dismiss][Int(generator.next() % 5)]
      let proposition = ["a", "b", "c"][Int(generator.next() % 3)]
      return event(kind, "u\(generator.next() % 3)", proposition, at: minutes, device: "web")
    }
  }
}
