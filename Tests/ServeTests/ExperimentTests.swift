import Events
import Experiments
import Foundation
import HummingbirdTesting
import Testing

@testable import Serve

@Suite("Experiments")
struct ExperimentTests {
  /// `int.from_bytes(hashlib.sha256(f"pepper:user-{n}".encode()).digest()[:8]) % 10000` for n = 0…9.
  static let buckets = [2676, 1040, 8696, 1234, 1480, 2222, 4781, 5952, 7771, 1678]

  @Test func `users are split as documented and each variant's model answers`() async throws {
    let fixture = try ServerFixture()
    try fixture.addModel(weights: ["proposition_age": -1])
    try fixture.addModel(weights: ["proposition_age": 1])
    try fixture.addExperiment([("young", 3, "ranker/1"), ("old", 7, "ranker/2")])
    try await fixture.test { client, server async throws in
      for (user, bucket) in Self.buckets.enumerated() {
        for _ in 0..<2 {
          let answer = try await client.suggest("user-\(user)", limit: 1)
          let isYoung = bucket < 3000
          #expect(answer["experiment"] == "ranking")
          #expect(answer["variant"] == (isYoung ? "young" : "old"))
          #expect(answer["model"] == (isYoung ? "ranker/1" : "ranker/2"))
          #expect(answer.ids == [isYoung ? "p11" : "p0"])
        }
      }
      let young = Self.buckets.count { $0 < 3000 }
      #expect(young > 0 && young < Self.buckets.count)
      #expect(server.metrics.suggestions.value("ml_ranker", "ranking", "young", "ranker/1") == Double(2 * young))
    }
    #expect(Set(try fixture.storedEvents().compactMap(\.variant)) == ["young", "old"])
  }

  @Test func `a variant whose model is missing falls to the next rung, the other does not`() async throws {
    let fixture = try ServerFixture()
    try fixture.addModel(weights: ["proposition_age": -1])
    try fixture.addExperiment([("good", 1, "ranker/1"), ("lost", 1, "elsewhere/9")])
    try await fixture.test { client, server async throws in
      var rungs: [String: Set<String>] = [:]
      for user in 0..<40 {
        let answer = try await client.suggest("user-\(user)")
        #expect(answer.status == 200)
        rungs[answer["variant"] ?? "", default: []].insert(answer["served_by"] ?? "")
      }
      #expect(rungs == ["good": ["ml_ranker"], "lost": ["rules"]])
      #expect(server.metrics.modelLoadFailures.value("elsewhere/9") == 1)
      let experiments = try await client.get("/experiments").json["experiments"] as? [[String: Any]]
      let variants = experiments?.first?["variants"] as? [[String: Any]] ?? []
      #expect(variants.map { $0["bucket_end"] as? Int } == [5000, 10_000])
      #expect(variants.map { $0["loaded"] as? String } == ["ranker/1", nil])
      let models = try await client.get("/models").json["models"] as? [[String: Any]] ?? []
      #expect(models.map { $0["model"] as? String } == ["ranker/1"])
    }
  }

  @Test func `events count for the variant that they name, or that their user is in`() async throws {
    let fixture = try ServerFixture()
    try fixture.addModel(weights: [:])
    try fixture.addExperiment([("a", 1, "ranker"), ("b", 0, "ranker")])
    try await fixture.test { client, server async throws in
      let events = [
        eventJSON("click", ["event_id": "1", "variant": "b"]), eventJSON("click", ["event_id": "2"]),
        eventJSON("impression", ["event_id": "3", "variant": "made up"]),
      ]
      #expect(try await client.post("/log_event", "[\(events.joined(separator: ","))]").status == 202)
      #expect(server.metrics.events.value("click", "ranking", "b") == 1)
      #expect(server.metrics.events.value("click", "ranking", "a") == 1)
      #expect(server.metrics.events.value("impression", "ranking", "a") == 1)
      #expect(!(try await client.get("/metrics").text.contains("made up")))
    }
  }

  @Test func `no experiment is none`() async throws {
    try await ServerFixture().test { client, _ async throws in
      #expect(try await client.get("/experiments").text == #"{"experiments":[]}"#)
    }
  }

  @Test func `two experiments, or a bad one, do not start`() throws {
    let fixture = try ServerFixture()
    try fixture.addExperiment([("a", 1, "ranker")])
    let path = "\(fixture.folder)/experiments"
    try FileManager.default.copyItem(atPath: "\(path)/ranking.yml", toPath: "\(path)/second.yml")
    let error = #expect(throws: SettingsError.self) { try fixture.server() }
    #expect(error?.key == "experiments")
    try "name: x\nvariants: []\n".write(toFile: "\(path)/ranking.yml", atomically: true, encoding: .utf8)
    fixture.settings.experiments = "\(path)/ranking.yml"
    #expect(throws: (any Error).self) { try fixture.server() }
    fixture.settings.experiments = "\(path)/none.yml"
    #expect(throws: (any Error).self) { try fixture.server() }
    fixture.settings.experiments = "\(path)/second.yml"
    #expect(throws: Never.self) { try fixture.server() }
  }
}
