import Events
import Features
import Foundation
import HummingbirdTesting
import Models
import Testing

@testable import Serve

/// What was served is what a replay of the log computes: the project's first promise.
@Suite("No skew between server and replay")
struct SkewTests {
  @Test func `logged features equal those of a replay, to the bit`() async throws {
    let fixture = try ServerFixture()
    let start = try #require(Timestamp("2026-05-01T00:00:00Z"))
    let history: [String] = (0..<60).map { index in
      let kind = ["click", "dismiss", "accept", "accept"][index % 4]
      let fields = [
        "event_id": "h\(index)", "user_id": "u\(index % 5)", "proposition_id": "p\(index * 7 % 12)",
        "device": ["web", "mobile"][index % 2],
        "timestamp": start.advanced(by: Int64(index) * 9 * Timestamp.hour).description,
      ]
      return eventJSON(kind, fields)
    }
    try history.joined(separator: "\n").write(
      toFile: "\(fixture.folder)/history.jsonl", atomically: true, encoding: .utf8)
    fixture.settings.history = "\(fixture.folder)/history.jsonl"
    let artifact = try fixture.addModel(
      weights: ["proposition_ctr": 1, "user_ctr": 0.3, "user_category_ctr": 0.5, "user_last_chosen": -0.1])
    try await fixture.test { client, server async throws in
      for round in 0..<40 {
        let answer = try await client.suggest("u\(round % 7)", limit: 1 + round % 6)
        #expect(answer["served_by"] == "ml_ranker")
        guard round % 3 == 0, let chosen = answer.ids.last else { continue }
        let time = Timestamp.now.description
        let click = eventJSON("click", ["user_id": "u\(round % 7)", "proposition_id": chosen, "timestamp": time])
        #expect(try await client.post("/log_event", click).status == 202)
      }
      _ = try await client.post("/log_event", eventJSON("impression"))
    }

    var engine = FeatureEngine(featureSet: try #require(artifact.featureSet), catalogue: fixture.catalogue)
    try JSONLinesEventSource(path: "\(fixture.folder)/history.jsonl").forEachEvent { event, _ in engine.observe(event) }
    var compared = 0
    var vectors: Set<[Float]> = []
    for event in try fixture.storedEvents() {
      if event.kind == .served {
        let candidates = event.slate.map {
          FeatureCandidate(proposition: fixture.catalogue.index(of: $0.propositionID)!)
        }
        let replayed = engine.features(for: FeatureRequest(served: event), candidates: candidates)
        #expect(event.slate.flatMap { $0.features ?? [] } == replayed)
        vectors.formUnion(event.slate.compactMap(\.features))
        compared += 1
      }
      engine.observe(event)
    }
    #expect(compared == 40)
    #expect(vectors.count > 20, "the features should tell requests apart")
  }

  @Test func `a restarted server computes what the running one does`() async throws {
    let fixture = try ServerFixture()
    try fixture.addModel(weights: ["user_ctr": 1, "user_last_chosen": -0.5, "proposition_age": -0.1])
    let first = try fixture.server()
    try await first.application.test(.router) { client in
      for round in 0..<10 {
        let answer = try await client.suggest("u1")
        if round % 2 == 0 {
          _ = try await client.post(
            "/log_event", eventJSON("click", ["event_id": "c\(round)", "proposition_id": answer.ids[2]]))
        }
      }
      _ = try await client.post("/log_event", eventJSON("impression"))
    }
    let second = try fixture.server()
    let query = SuggestQuery(userID: "u1")
    let running = first.suggester.suggest(query, since: .now).1
    let restarted = second.suggester.suggest(query, since: .now).1
    // The two requests are microseconds apart; only features of the time itself may tell.
    let names = try #require(second.suggester.loadedModels.first?.features)
    for (a, b) in zip(running.slate, restarted.slate) {
      for (name, (x, y)) in zip(names, zip(try #require(a.features), try #require(b.features))) {
        let isOfTime = name.hasPrefix("time_of_day") || name.hasSuffix("last_chosen") || name == "proposition_age"
        #expect(isOfTime ? abs(x - y) < 1e-3 : x == y, "\(name)")
      }
    }
  }
}
