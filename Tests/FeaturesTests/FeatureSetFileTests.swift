import Events
import Testing
import YAML

@testable import Features

@Suite struct FeatureSetFileTests {
  static let catalogue = try! Catalogue([
    Proposition(id: "a", title: "A", category: "books", attributes: ["colour": .text("red"), "price": .number(3)]),
    Proposition(id: "b", title: "B", category: "art"),
  ])

  static let everyKind = """
    version: 1
    resolution: 2h
    features:
      - {name: clicks, kind: count, events: [click, accept], by: proposition, window: 4h, transform: none}
      - {name: own, kind: rate, events: click, over: served, by: [user], resolution: 0s, prior: 0.1, strength: 3}
      - {name: both, kind: rate, events: click, over: served, by: [user, category], reason: "You like it"}
      - {name: last, kind: recency, events: accept, by: user, cap: 7d}
      - {name: age, kind: age, transform: sqrt}
      - {name: price, kind: numeric, attribute: price, default: 1.5}
      - {name: colour, kind: category, field: proposition.colour}
      - {name: device, kind: category, field: device, values: [web, mobile]}
      - {name: type, kind: category, field: context_type, buckets: 3}
      - {name: hour, kind: time_of_day}
      - {name: day, kind: day_of_week}
      - {name: place, kind: position, serving: 2}
    """

  @Test func readsEveryKind() throws {
    let set = try FeatureSet(yaml: Self.everyKind, file: "features.yml").resolved(for: Self.catalogue)
    #expect(
      set.features[0].definition
        == .count(.init([.click, .accept], by: [.proposition], window: .hours(4), resolution: .hours(2)), .none))
    #expect(
      set.features[1].definition
        == .rate(
          .init([.click], by: [.user], resolution: .hours(0)),
          over: .init([.served], by: [.user], resolution: .hours(0)),
          prior: .constant(0.1), strength: 3, .logit))
    #expect(set.features[2].reasonText == "You like it")
    #expect(
      set.columnNames == [
        "clicks", "own", "both", "last", "age", "price", "colour=red", "device=web", "device=mobile", "type=#0",
        "type=#1",
        "type=#2", "hour=sin", "hour=cos", "day=mon", "day=tue", "day=wed", "day=thu", "day=fri", "day=sat", "day=sun",
        "place",
      ])
    #expect(set.columnKinds.count == set.columnNames.count)
    #expect(set.positionColumns.map(\.column) == [21])
  }

  @Test func writesWhatReadsBackTheSame() throws {
    for set in [try FeatureSet(yaml: Self.everyKind, file: "f"), .standard] {
      #expect(try FeatureSet(yaml: set.yaml, file: "again") == set)
      let resolved = set.resolved(for: Self.catalogue)
      #expect(try FeatureSet(yaml: resolved.yaml, file: "again") == resolved)
      #expect(resolved.resolved(for: try Catalogue([])) == resolved)
    }
  }

  @Test(arguments: [
    ("{name: x, kind: cuont}", 3, "kind: expected one of count, rate"),
    ("{name: x, kind: count, events: click, widnow: 1h}", 3, "unknown field \"widnow\"; expected one of name, kind"),
    ("{name: x, kind: count}", 3, "needs the field \"events\""),
    ("{name: x, kind: count, events: clik}", 3, "events: expected one of served, impression, click"),
    ("{name: x, kind: count, events: click, by: [user, device, category]}", 3, "at most two different dimensions"),
    ("{name: x, kind: count, events: click, window: 90m}", 3, "not a multiple of the resolution 1h"),
    ("{name: x, kind: count, events: click, window: soon}", 3, "expected a length of time as 90s"),
    ("{name: x, kind: count, events: click, by: proposition, resolution: 0s}", 3, "resolution 0s is for features by"),
    ("{name: x, kind: rate, events: click, over: served, strength: 0}", 3, "expected a number above 0"),
    ("{name: x, kind: rate, events: click, over: served, prior: 1}", 3, "expected global or a rate between 0 and 1"),
    ("{name: x, kind: recency, events: click, cap: all}", 3, "expected a length of time above 0"),
    ("{name: x, kind: category, field: device}", 3, "needs values: [...] or buckets: N"),
    ("{name: x, kind: category, field: shoe}", 3, "expected device, context_type, proposition.category"),
    ("{name: x, kind: category, field: device, buckets: 1}", 3, "expected 2 to 65536"),
    ("{name: x, kind: position, serving: 0}", 3, "expected a position from 1"),
    ("{name: x, kind: count, events: []}", 3, "needs at least one kind of event"),
    ("{name: x, kind: count, events: click, window: 0s}", 3, "the window 0s is empty"),
    ("{name: x, kind: category, field: device, values: [web, web]}", 3, "at least one value, each once"),
    ("{name: x, kind: category, field: device, values: [web], buckets: 3}", 3, "values or buckets, not both"),
    ("{kind: age}", 3, "needs the field \"name\""),
    ("{name: x, kind: age}\n  - {name: x, kind: age}", 4, "the name \"x\" stands there twice"),
  ])
  func errorsNameLineAndField(feature: String, line: Int, message: String) throws {
    let error = try #require(throws: YAMLError.self) {
      try FeatureSet(yaml: "version: 1\nfeatures:\n  - \(feature)\n", file: "features.yml")
    }
    #expect(error.line == line)
    #expect(error.description.hasPrefix("features.yml:\(line): "))
    #expect(error.description.contains(message), "\(error)")
  }

  @Test func refusesAnotherVersionAndAMissingFile() {
    #expect(throws: YAMLError.self) { try FeatureSet(yaml: "version: 2\nfeatures: [{name: a, kind: age}]", file: "f") }
    #expect(throws: YAMLError.self) { try FeatureSet(yaml: "version: 1\nfeatures: []", file: "f") }
    #expect(throws: YAMLError.self) { try FeatureSet(contentsOf: "/nowhere/features.yml") }
  }

  @Test func timeSpansReadAndWrite() {
    for text in ["90s", "30m", "1h", "7d", "all", "0s"] { #expect(TimeSpan(text)?.description == text) }
    #expect(TimeSpan("60m")?.description == "1h")
    for text in ["", "h", "-1h", "1w", "99999999999d", "1.5h"] { #expect(TimeSpan(text) == nil, "\(text)") }
  }
}
