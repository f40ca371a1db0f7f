import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import Serve

/// docs/openapi.yaml against real answers: every documented answer is provoked, and every answer must be documented.
@Suite("Contract")
struct ContractTests {
  private struct Case {
    let method: HTTPRequest.Method
    let uri: String
    var body: String?
    let status: Int
  }

  private static let cases = [
    Case(method: .post, uri: "/suggest", body: #"{"user_id":"u1"}"#, status: 200),
    Case(method: .post, uri: "/suggest", body: "{}", status: 400),
    Case(method: .get, uri: "/suggest", status: 405),
    Case(method: .post, uri: "/suggest", body: "{}" + String(repeating: " ", count: 16 << 10), status: 413),
    Case(method: .post, uri: "/log_event", body: eventJSON("click", ["event_id": "e1"]), status: 202),
    Case(method: .post, uri: "/log_event", body: "[\(eventJSON())]", status: 202),
    Case(method: .post, uri: "/log_event", body: "[{}]", status: 400),
    Case(method: .get, uri: "/log_event", status: 405),
    Case(method: .post, uri: "/log_event", body: "{}" + String(repeating: " ", count: 1 << 20), status: 413),
    Case(method: .get, uri: "/events", status: 200),
    Case(method: .get, uri: "/events?limit=1&user_id=u1", status: 200),
    Case(method: .get, uri: "/events?limit=0", status: 400),
    Case(method: .post, uri: "/events", status: 405),
    Case(method: .get, uri: "/health", status: 200),
    Case(method: .post, uri: "/health", status: 405),
    Case(method: .get, uri: "/health/ready", status: 200),
    Case(method: .delete, uri: "/health/ready", status: 405),
    Case(method: .get, uri: "/models", status: 200),
    Case(method: .put, uri: "/models", status: 405),
    Case(method: .get, uri: "/experiments", status: 200),
    Case(method: .patch, uri: "/experiments", status: 405),
    Case(method: .get, uri: "/metrics", status: 200),
    Case(method: .post, uri: "/metrics", status: 405),
  ]

  /// With an event log that cannot be opened and before the warm-up.
  private static let casesInTrouble = [
    Case(method: .post, uri: "/suggest", body: #"{"user_id":"u1"}"#, status: 200),
    Case(method: .post, uri: "/log_event", body: eventJSON(), status: 503),
    Case(method: .get, uri: "/events", status: 503),
    Case(method: .get, uri: "/health/ready", status: 503),
    Case(method: .get, uri: "/health", status: 200),
    Case(method: .get, uri: "/models", status: 200),
  ]

  @Test func `every answer is as documented, and every documented answer is given`() async throws {
    let contract = try Contract()
    let fixture = try ServerFixture()
    try fixture.addModel(weights: ["proposition_age": -1])
    try fixture.addExperiment([("a", 1, "ranker"), ("b", 1, "ranker/1"), ("c", 1, "lost")])
    let broken = try ServerFixture()
    broken.settings.events = "\(broken.folder)/propositions.jsonl/events.sqlite"

    var given: Set<String> = []
    for (server, cases) in [
      (try fixture.server(), Self.cases), (try broken.server(isReady: false), Self.casesInTrouble),
    ] {
      given.formUnion(
        try await server.application.test(.router) { client in
          var given: Set<String> = []
          for wanted in cases {
            let answer = try await client.send(wanted.method, wanted.uri, wanted.body)
            #expect(answer.status == wanted.status, "\(wanted.method) \(wanted.uri): \(answer.text)")
            let place = try contract.check(answer, path: String(wanted.uri.prefix { $0 != "?" }), method: wanted.method)
            given.insert(place)
          }
          return given
        })
    }
    #expect(given == contract.places)
  }

  @Test func `the documented paths are the routes`() throws {
    let contract = try Contract()
    #expect(Set(contract.paths) == Set(Server.methods.keys))
  }

  @Test func `an unknown path has the documented shape of an error`() async throws {
    let contract = try Contract()
    try await ServerFixture().test { client, _ async throws in
      let answer = try await client.get("/nothing")
      #expect(answer.status == 404)
      #expect(contract.violations(of: "Error", in: answer.json).isEmpty)
    }
  }

  @Test(arguments: Array(Server.methods.keys))
  func `a wrong method names the right ones`(path: String) async throws {
    try await ServerFixture().test { client, _ async throws in
      let answer = try await client.send(.trace, path)
      #expect(answer.status == 405)
      #expect(answer.headers["allow"] == Server.methods[path]?.map(\.rawValue).joined(separator: ", "))
      for method in Server.methods[path] ?? [] where method != .post {
        #expect(try await client.send(method, path).status == 200)
      }
    }
  }

  /// The checker itself: what it must find.
  @Test(arguments: [
    #"{}"#, #"{"accepted":1}"#, #"{"accepted":"1","duplicates":0}"#, #"{"accepted":1.5,"duplicates":0}"#,
    #"{"accepted":-1,"duplicates":0}"#, #"{"accepted":1,"duplicates":0,"more":1}"#,
    #"{"accepted":true,"duplicates":0}"#,
  ])
  func `the checker sees a wrong answer`(json: String) throws {
    let value = try JSONSerialization.jsonObject(with: Data(json.utf8))
    #expect(!(try Contract().violations(of: "Logged", in: value).isEmpty))
  }
}
