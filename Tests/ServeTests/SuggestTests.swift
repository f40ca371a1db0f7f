import Events
import Foundation
import HummingbirdTesting
import Models
import Testing

@testable import Serve

@Suite("POST /suggest")
struct SuggestTests {
  @Test func `answers with everything that the contract names`() async throws {
    let fixture = try ServerFixture()
    try fixture.addModel(weights: ["proposition_age": -1], intercept: 0.5)
    try await fixture.test { client, _ async throws in
      let answer = try await client.suggest("u1")
      #expect(answer.status == 200)
      #expect(answer.headers["content-type"] == "application/json")
      #expect(answer["served_by"] == "ml_ranker")
      #expect(answer["model"] == "ranker/1")
      #expect(answer.json["experiment"] is NSNull)
      #expect(answer["request_id"]?.count == 32)
      #expect(answer["timestamp"].flatMap { Timestamp($0) } != nil)
      #expect(answer.ids == ["p11", "p10", "p9", "p8", "p7"], "the youngest have the least age against them")
      let confidences = answer.propositions.compactMap { $0["confidence"] as? Double }
      #expect(confidences.count == 5)
      #expect(confidences == confidences.sorted(by: >))
      #expect(confidences.allSatisfy { $0 > 0 && $0 < 1 })
      #expect(answer.propositions.first?["reason"] as? String == "New")
      #expect(answer.propositions.first?["title"] as? String == "Proposition 11")
    }
  }

  @Test(arguments: [
    ("", nil), ("nonsense", nil), ("[]", nil), ("{}", "user_id"), (#"{"user_id":""}"#, "user_id"),
    (#"{"user_id":null}"#, "user_id"), (#"{"user_id":7}"#, "user_id"), (#"{"user_id":"u","limit":0}"#, "limit"),
    (#"{"user_id":"u","limit":101}"#, "limit"), (#"{"user_id":"u","limit":1e9}"#, "limit"),
    (#"{"user_id":"u","limit":2.5}"#, "limit"), (#"{"user_id":"u","limit":"5"}"#, "limit"),
    (#"{"user_id":"u","device":5}"#, "device"), (#"{"user_id":"u","device":""}"#, "device"),
    (#"{"user_id":"u","context_type":[]}"#, "context_type"), (#"{"user_id":"u","context":{}}"#, "context"),
    (#"{"user_id":"u"} {}"#, nil), (#"{"user_id":"\#(String(repeating: "x", count: 257))"}"#, "user_id"),
    (String(repeating: "[", count: 5000), nil),
  ])
  func `refuses a bad body and names the field`(body: String, field: String?) async throws {
    try await ServerFixture().test { client, _ async throws in
      let answer = try await client.post("/suggest", body)
      #expect(answer.status == 400)
      #expect(answer.error.field == field)
      #expect(!answer.error.message.isEmpty)
    }
  }

  @Test(arguments: [1, 5, 12, 100])
  func `gives as many as asked for, and no more than there are`(limit: Int) async throws {
    let fixture = try ServerFixture()
    try fixture.addModel(weights: ["proposition_age": -1])
    try await fixture.test { client, _ async throws in
      let ids = try await client.suggest("u1", limit: limit).ids
      #expect(ids.count == min(limit, 12))
      #expect(Set(ids).count == ids.count)
    }
  }

  @Test func `takes the longest user, odd fields and null`() async throws {
    try await ServerFixture().test { client, _ async throws in
      let user = String(repeating: "é", count: 128)
      let body = #"{"user_id":"\#(user)","limit":null,"device":null,"what":{"ever":[1]}}"#
      let answer = try await client.post("/suggest", body)
      #expect(answer.status == 200)
      #expect(answer.ids.count == 5)
    }
  }

  @Test func `scores the most popular where the catalogue is larger than the limit`() async throws {
    let fixture = try ServerFixture(propositions: 40)
    fixture.settings.candidates = 3
    try fixture.addModel(weights: ["proposition_age": -1])
    try await fixture.test { client, _ async throws in
      let liked = ["p5", "p9", "p20"].map { eventJSON("click", ["proposition_id": $0]) }
      #expect(try await client.post("/log_event", "[\(liked.joined(separator: ","))]").status == 202)
      #expect(try await client.suggest("u1").ids == ["p20", "p9", "p5"])
    }
  }

  @Test func `breaks ties by the order of the catalogue`() async throws {
    let fixture = try ServerFixture(propositions: 30)
    try fixture.addModel(weights: [:])
    try await fixture.test { client, _ async throws in
      let answer = try await client.suggest("u1", limit: 30)
      #expect(answer.ids == fixture.catalogue.propositions.map(\.id))
      #expect(answer.propositions.first?["reason"] as? String == "Suggested for you")
    }
  }

  @Test func `logs the answer as a served event`() async throws {
    let fixture = try ServerFixture()
    let artifact = try fixture.addModel(weights: ["proposition_age": -1])
    let answer = try await fixture.test { client, _ async throws in
      let body = #"{"user_id":"u1","device":"mobile","context":"jazz","context_type":"home","limit":3}"#
      let answer = try await client.post("/suggest", body)
      _ = try await client.post("/log_event", eventJSON())  // the queue keeps its order: the answer is on disk with it
      return answer
    }
    let served = try #require(try fixture.storedEvents().first { $0.kind == .served })
    #expect(served.requestID == answer["request_id"])
    #expect(served.timestamp.description == answer["timestamp"])
    #expect(served.userID == "u1")
    #expect(served.device == "mobile")
    #expect(served.context == "jazz")
    #expect(served.contextType == "home")
    #expect(served.model == "ranker/1")
    #expect(served.attributes["served_by"] == #""ml_ranker""#)
    #expect(Double(try #require(served.attributes["latency_ms"])) != nil)
    #expect(served.slate.map(\.propositionID) == answer.ids)
    #expect(served.slate.map(\.position) == [1, 2, 3])
    #expect(served.slate.allSatisfy { $0.propensity == 1 && $0.features?.count == artifact.model.features.count })
    for (item, proposition) in zip(served.slate, answer.propositions) {
      let confidence = try #require(proposition["confidence"] as? Double)
      #expect(abs(sigmoid(try #require(item.score)) - confidence) < 1e-15)
    }
  }

  @Test(arguments: [(0.0, 0...0), (0.5, 20...80), (1.0, 100...100)])
  func `logs features with the share that is set`(share: Double, expected: ClosedRange<Int>) async throws {
    let fixture = try ServerFixture()
    fixture.settings.servedFeaturesShare = share
    try fixture.addModel(weights: ["proposition_age": -1])
    try await fixture.test { client, server async throws in
      for user in 0..<100 { _ = try await client.suggest("u\(user)", limit: 1) }
      _ = try await client.post("/log_event", eventJSON())
    }
    let withFeatures = try fixture.storedEvents().count { $0.slate.first?.features != nil }
    #expect(expected.contains(withFeatures))
  }
}
