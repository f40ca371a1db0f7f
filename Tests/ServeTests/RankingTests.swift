import Events
import Features
import Foundation
import Models
import Testing

@testable import Serve

@Suite("Ranking")
struct RankingTests {
  /// A model of two attributes.
  private func model(_ fixture: ServerFixture, weights: [String: Double]) throws -> LoadedModel {
    let features = FeatureSet(features: [
      Feature("a", .numeric(attribute: "a", default: 0, .none), reason: "A"),
      Feature("b", .numeric(attribute: "b", default: 0, .none), reason: "B"),
      Feature("position", .position(serving: 1, .none)),
    ])
    return try LoadedModel(
      fixture.addModel(features: features, weights: weights), catalogue: fixture.catalogue, since: .now)
  }

  @Test(arguments: 0..<20)
  func `the best rows are those of a whole sort`(seed: UInt64) throws {
    let fixture = try ServerFixture()
    let model = try model(fixture, weights: ["a": 1])
    // Few values, so that many tie.
    let rows = (0..<50).map { Float(stableHash("\($0)".utf8, seed: seed) % 7) }
    let matrix: [Float] = rows.flatMap { [$0, 0, 1] as [Float] }
    let sorted = rows.indices.sorted { (rows[$1], $0) < (rows[$0], $1) }
    for limit in [1, 2, 5, 49, 50, 60] {
      let best = try #require(matrix.withUnsafeBufferPointer { model.best(limit, of: $0) })
      #expect(best.map(\.row) == Array(sorted.prefix(limit)), "seed \(seed)")
      #expect(best.map { Float($0.logOdds) } == sorted.prefix(limit).map { rows[$0] })
    }
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func `a score that is not finite is none`(value: Float) throws {
    let model = try model(ServerFixture(), weights: ["a": 1])
    let matrix: [Float] = [1, 2, 1, value, 1, 1]
    #expect(matrix.withUnsafeBufferPointer { model.best(1, of: $0) == nil })
  }

  @Test func `the reason is the feature that speaks most against the average, never the position`() throws {
    let model = try model(ServerFixture(), weights: ["a": 1, "b": 2, "position": 100])
    let matrix: [Float] = [5, 1, 9, 1, 3, 1, 0, 0, 2]
    matrix.withUnsafeBufferPointer { matrix in
      let means = model.means(of: matrix)
      #expect(means == [2, 4.0 / 3, 4])
      #expect(
        (0..<3).map { model.reason(for: model.vector($0, of: matrix), against: means) } == [
          "A", "B", "Suggested for you",
        ])
    }
  }

  @Test func `sigmoid holds at the ends`() {
    #expect(sigmoid(0) == 0.5)
    #expect(sigmoid(-800) == 0)
    #expect(sigmoid(800) == 1)
    #expect(abs(sigmoid(2) - 0.8807970779778823) < 1e-15)
    #expect(abs(sigmoid(-2) + sigmoid(2) - 1) < 1e-15)
  }

  @Test func `a model without a feature set is refused`() throws {
    let fixture = try ServerFixture()
    let artifact = try ModelRegistry(root: fixture.settings.models).add(
      ModelRegistry.Draft(
        model: LinearModel(features: ["x"], coefficients: [1], intercept: 0),
        scaling: FeatureScaling(features: ["x"], mean: [0], scale: [1]), featureSet: nil, metrics: [:], card: "",
        dataset: .init(name: "none", fingerprint: "none", rows: 0), parameters: [:], seed: 0),
      as: "arrays")
    #expect(throws: ModelError.self) { try LoadedModel(artifact, catalogue: fixture.catalogue, since: .now) }
  }
}

@Suite("Popularity")
struct PopularityTests {
  @Test func `rates are drawn towards the catalogue's`() throws {
    let catalogue = try ServerFixture(propositions: 3).catalogue
    var counts = PopularityCounts(catalogue: catalogue)
    #expect(!counts.isTelling)
    var served = Event(kind: .served, userID: "u", timestamp: .now)
    served.slate = ["p0", "p1", "elsewhere"].enumerated().map { SlateItem(propositionID: $1, position: $0 + 1) }
    for _ in 0..<80 { counts.observe(served, catalogue: catalogue) }
    #expect(!counts.isTelling)
    for kind in [Event.Kind.click, .accept, .impression, .dismiss] {
      counts.observe(Event(kind: kind, userID: "u", propositionID: "p1", timestamp: .now), catalogue: catalogue)
    }
    #expect(counts.isTelling)
    let overall = Double(2 + 1) / Double(160 + 20)
    #expect(counts.rate(0) == (0 + 20 * overall) / (80 + 20))
    #expect(counts.rate(1) == (2 + 20 * overall) / (80 + 20))
    #expect(counts.rate(2) == overall)
  }

  @Test func `the snapshot orders by rate and keeps candidates in the catalogue's order`() throws {
    let catalogue = try ServerFixture(propositions: 5).catalogue
    var counts = PopularityCounts(catalogue: catalogue)
    for id in ["p4", "p4", "p2"] {
      counts.observe(Event(kind: .click, userID: "u", propositionID: id, timestamp: .now), catalogue: catalogue)
    }
    let snapshot = PopularitySnapshot(counts, catalogue: catalogue, candidates: 3, at: .now)
    #expect(snapshot.order == [4, 2, 0, 1, 3])
    #expect(snapshot.candidates.map(\.proposition) == [0, 2, 4])
  }
}

@Suite("RequestClock")
struct RequestClockTests {
  @Test func `each request is later than the one before`() {
    var clock = RequestClock()
    let start = Timestamp(microseconds: 5 * Timestamp.second)
    #expect(clock.next(at: start) == start)
    #expect(clock.next(at: start) == start.advanced(by: 1))
    #expect(clock.next(at: start.advanced(by: -1000)) == start.advanced(by: 2))
    #expect(clock.next(at: start.advanced(by: 50)) == start.advanced(by: 50))
    let back = start.advanced(by: -2 * Timestamp.second)
    #expect(clock.next(at: back) == back, "a clock set back by more than a second is followed")
  }
}
