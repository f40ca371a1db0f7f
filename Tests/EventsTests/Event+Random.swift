import Events
import TestSupport

extension Event {
  /// An event with a seeded choice of fields; the same for the same seed.
  static func random(seed: UInt64) -> Event {
    var generator = SeededGenerator(seed: seed)
    func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    func maybe<Value>(_ value: @autoclosure () -> Value) -> Value? {
      let made = value()
      return Bool.random(using: &generator) ? made : nil
    }
    func text() -> String { ["x", "ü ☃", "\"q\\", "line\nend", "\u{1}"][number(0...4)] + "\(number(0...99))" }

    let kind = Kind.allCases[number(0...4)]
    let time = Timestamp(
      microseconds: Int64.random(in: -62_135_596_800_000_000..<253_402_300_800_000_000, using: &generator))
    var event = Event(kind: kind, userID: "u\(number(1...9))", timestamp: time)
    event.id = maybe("e\(seed)")
    event.requestID = maybe("r\(number(1...9))")
    event.sessionID = maybe(text())
    event.device = maybe(text())
    event.context = maybe(text())
    event.contextType = maybe(text())
    event.position = maybe(number(1...100))
    event.experiment = maybe(text())
    event.variant = maybe(text())
    event.model = maybe(text())
    if kind == .served {
      event.slate = (1...number(1...6)).map { position in
        SlateItem(
          propositionID: "p\(position)", position: position,
          score: maybe(Double.random(in: -700...700, using: &generator)),
          propensity: maybe(Double.random(in: 1e-9...1, using: &generator)),
          features: maybe((0..<number(0...8)).map { _ in Float.random(in: -1e30...1e30, using: &generator) }))
      }
    } else {
      event.propositionID = text()
    }
    if number(0...2) == 0 { event.attributes = ["z\(number(0...9))": "[1,null,\"x\"]", "a": "\(number(-9...9))"] }
    return event
  }
}

extension Event {
  /// A click with the given id.
  static func click(_ id: String?, user: String = "u", proposition: String = "p", at microseconds: Int64 = 0) -> Event {
    var event = Event(
      kind: .click, userID: user, propositionID: proposition, timestamp: Timestamp(microseconds: microseconds))
    event.id = id
    return event
  }
}
