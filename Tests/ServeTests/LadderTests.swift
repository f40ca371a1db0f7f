import Events
import Features
import Foundation
import HummingbirdTesting
import Models
import Testing

@testable import Serve

@Suite("The ladder")
struct LadderTests {
  @Test func `without a model and without events, the newest come first`() async throws {
    try await ServerFixture().test { client, server async throws in
      let answer = try await client.suggest("u1", limit: 3)
      #expect(answer.status == 200)
      #expect(answer["served_by"] == "rules")
      #expect(answer.json["model"] is NSNull)
      #expect(answer.ids == ["p11", "p10", "p9"])
      #expect(answer.propositions.allSatisfy { $0["confidence"] is NSNull })
      #expect(server.metrics.modelLoadFailures.value("ranker") == 1)
      #expect(server.metrics.suggestions.value("rules", "none", "none", "none") == 1)
    }
  }

  @Test func `without a model, what was chosen comes first`() async throws {
    try await ServerFixture().test { client, _ async throws in
      let events = ["p3", "p3", "p7"].enumerated().map {
        eventJSON("click", ["event_id": "e\($0)", "proposition_id": $1])
      }
      _ = try await client.post("/log_event", "[\(events.joined(separator: ","))]")
      let answer = try await client.suggest("u1", limit: 4)
      #expect(answer["served_by"] == "popularity")
      #expect(answer.ids == ["p3", "p7", "p0", "p1"], "ties in the order of the catalogue")
      // 3 chosen, none served: g = (3 + 1) / (0 + 20); p3 has (2 + 20·g) / (0 + 20).
      let expected: Double = (2 + 20 * 0.2) / 20
      #expect(answer.propositions.first?["confidence"] as? Double == expected)
    }
  }

  @Test(arguments: ["model.json", "scaler.json", "features.yml", "manifest.json"])
  func `a damaged model is not used`(file: String) async throws {
    let fixture = try ServerFixture()
    let artifact = try fixture.addModel(weights: ["proposition_age": -1])
    let path = "\(artifact.path)/\(file)"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: URL(fileURLWithPath: path))
    try await fixture.test { client, server async throws in
      let answer = try await client.suggest("u1")
      #expect(answer.status == 200)
      #expect(answer["served_by"] == "rules")
      #expect(server.metrics.modelLoadFailures.value("ranker") == 1)
      #expect(try await client.get("/health/ready").status == 200)
    }
  }

  @Test func `a score that is not finite goes to the next rung`() async throws {
    let fixture = try ServerFixture { $0 == 4 ? ["price": .number(1e300)] : [:] }
    let features = FeatureSet(features: [Feature("price", .numeric(attribute: "price", default: 1, .none))])
    try fixture.addModel(features: features, weights: ["price": 0])
    try await fixture.test { client, server async throws in
      _ = try await client.post("/log_event", eventJSON())
      let answer = try await client.suggest("u1")
      #expect(answer["served_by"] == "popularity")
      #expect(answer.json["model"] is NSNull)
      #expect(server.metrics.rankerFailures.value("ranker/1") == 1)
    }
  }

  @Test func `while the log is read, rules answer, and each event counts once`() async throws {
    let fixture = try ServerFixture()
    try await fixture.test(isReady: false) { client, server async throws in
      let early = try await client.get("/health/ready")
      #expect(early.status == 503)
      #expect(early.headers["retry-after"] == "1")
      #expect(try await client.get("/health").status == 200)
      #expect(try await client.suggest("u1")["served_by"] == "rules")
      #expect(try await client.post("/log_event", eventJSON("click", ["proposition_id": "p5"])).status == 202)
      server.warmUp.perform()
      #expect(try await client.get("/health/ready").status == 200)
      let answer = try await client.suggest("u2")
      #expect(answer["served_by"] == "popularity")
      #expect(answer.ids.first == "p5")
      // Both events are in the log that was replayed and among the arrivals: 1 chosen, 5 served.
      let overall = Double(1 + 1) / Double(5 + 20)
      let expected: Double = (1 + 20 * overall) / 20
      #expect(answer.propositions.first?["confidence"] as? Double == expected)
    }
  }

  @Test func `users who were never seen are answered`() async throws {
    let fixture = try ServerFixture()
    try fixture.addModel(weights: ["user_ctr": 1, "proposition_ctr": 1])
    try await fixture.test { client, _ async throws in
      for user in ["new", "名前", "a b\\u0000c", "'; DROP TABLE events; --"] {
        #expect(try await client.suggest(user)["served_by"] == "ml_ranker")
      }
    }
  }
}
