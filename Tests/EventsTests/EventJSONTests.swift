import Events
import JSON
import Synchronization
import TestSupport
import Testing

@Suite("Events as JSON")
struct EventJSONTests {
  static func event(_ json: String, now: Timestamp? = nil) throws -> Event {
    try JSONParser().parse(json.utf8) { try Event(json: $0, now: now) }
  }

  /// One line of each kind, as it must be written for ever: every field of the contract, in its order.
  static let golden = [
    #"{"event_type":"served","event_id":"e1","user_id":"u1","timestamp":"2026-11-23T18:12:14.000Z","request_id":"r1","#
      + #""session_id":"s1","device":"web","context":"red shoes","context_type":"search","#
      + #""slate":[{"id":"p1","position":1,"score":-0.25,"propensity":0.5,"features":[0.1,-0.0,16777216.0,1e-45]},"#
      + #"{"id":"p2","position":2}],"experiment":"x","variant":"control","model":"ranker/7"}"#,
    #"{"event_type":"impression","user_id":"u1","proposition_id":"p1","timestamp":"1969-12-31T23:59:59.999999Z","#
      + #""position":3}"#,
    #"{"event_type":"click","user_id":"ü\"\n","proposition_id":"p1","timestamp":"2026-11-23T18:12:14.000Z","a":[1,"x"],"b":{"c":null}}"#,
    #"{"event_type":"accept","user_id":"u1","proposition_id":"p1","timestamp":"2026-11-23T18:12:14.000Z","session_id":""}"#,
    #"{"event_type":"dismiss","user_id":"u1","proposition_id":"p1","timestamp":"0001-01-01T00:00:00.000Z","model":"m/1"}"#,
  ]

  @Test("A golden line of each kind is read and written again byte by byte", arguments: golden)
  func goldenLines(_ line: String) throws {
    let event = try Self.event(line)
    #expect(event.json == line)
    #expect(try Self.event(event.json) == event)
  }

  @Test("Every field arrives where it belongs")
  func fields() throws {
    let event = try Self.event(Self.golden[0])
    var expected = Event(kind: .served, userID: "u1", timestamp: Timestamp(microseconds: 1_795_457_534_000_000))
    expected.id = "e1"
    expected.requestID = "r1"
    expected.sessionID = "s1"
    expected.device = "web"
    expected.context = "red shoes"
    expected.contextType = "search"
    expected.experiment = "x"
    expected.variant = "control"
    expected.model = "ranker/7"
    expected.slate = [
      SlateItem(
        propositionID: "p1", position: 1, score: -0.25, propensity: 0.5,
        features: [0.1, -0.0, 16_777_216, .leastNonzeroMagnitude]),
      SlateItem(propositionID: "p2", position: 2),
    ]
    #expect(event == expected)
    #expect(try Self.event(Self.golden[1]).position == 3)
  }

  @Test("Unknown fields are kept, by name, whatever they hold; null counts as absent")
  func attributes() throws {
    let event = try Self.event(
      #"{"z":18446744073709551615,"event_type":"click","b":{"y":[1.50,"é\u0001"],"x":{}},"user_id":"u","a":-0.0,"#
        + #""timestamp":"2026-11-23T18:12:14Z","proposition_id":"p","gone":null,"device":null,"c":true}"#)
    #expect(
      event.attributes == [
        "z": "18446744073709551615", "b": #"{"y":[1.5,"é\u0001"],"x":{}}"#, "a": "-0.0", "c": "true",
      ])
    #expect(event.device == nil)
    #expect(event.json.hasSuffix(#""a":-0.0,"b":{"y":[1.5,"é\u0001"],"x":{}},"c":true,"z":18446744073709551615}"#))
    #expect(try Self.event(event.json) == event)
  }

  @Test("An attribute as deep as the parser reads is kept, in any thread")
  func deepAttribute() throws {
    let deep = String(repeating: "[", count: 1022) + String(repeating: "]", count: 1022)
    let line =
      #"{"event_type":"click","user_id":"u","proposition_id":"p","timestamp":"2026-11-23T18:12:14.000Z","a":\#(deep)}"#
    let texts = Mutex<[String]>([try Self.event(line).json])
    try inThreads(1) { _ in
      let text = try Self.event(line).json
      texts.withLock { $0.append(text) }
    }
    #expect(texts.withLock { $0 } == [line, line])
  }

  @Test("An event without a time gets the time of arrival, one with a time keeps it")
  func now() throws {
    let now = Timestamp(microseconds: 5)
    #expect(try Self.event(#"{"event_type":"click","user_id":"u","proposition_id":"p"}"#, now: now).timestamp == now)
    #expect(try Self.event(Self.golden[4], now: now).timestamp.microseconds == -62_135_596_800_000_000)
  }

  @Test("Seeded events come back", arguments: 1...50 as ClosedRange<UInt64>)
  func roundTrip(_ seed: UInt64) throws {
    let event = Event.random(seed: seed)
    #expect(try Self.event(event.json) == event, "\(event.json)")
  }

  /// The hash of an event without an id:
  /// `printf '%s' '{"event_type":"click",…}' | sha256sum | cut -c1-32` with the line below.
  @Test("A made id is the same for the same content, for ever")
  func madeID() throws {
    let line =
      #"{"event_type":"click","user_id":"u","proposition_id":"p","timestamp":"2026-11-23T18:12:14.000Z","a":1,"b":2}"#
    let event = try Self.event(line)
    #expect(event.madeID == "sha256-d60c2e9b66d675a6cc5dc87cff400b07")
    let reordered =
      #"{"b":2, "a":1, "timestamp":"2026-11-23T19:12:14+01:00","proposition_id":"p","user_id":"u","event_type":"click"}"#
    #expect(try Self.event(reordered).madeID == event.madeID)
    var other = event
    other.attributes["b"] = "3"
    #expect(other.madeID != event.madeID)
    other.id = "mine"
    #expect(other.madeID == "mine")
  }
}
