import Experiments
import Foundation
import Testing
import YAML

@Suite("Experiment files")
struct ExperimentFileTests {
  static let text = """
    name: ranker-against-popularity
    unit: user
    salt: "2026-11"
    variants:
      - name: control
        weight: 0.9
        model: ranker/7
      - {name: "null", weight: 0.1, model: ranker}
    """

  @Test("A whole file")
  func whole() throws {
    let experiment = try Experiment(yaml: Self.text, file: "e.yml")
    #expect(
      experiment
        == Experiment(
          name: "ranker-against-popularity", salt: "2026-11",
          variants: [
            .init(name: "control", weight: 0.9, model: "ranker/7"), .init(name: "null", weight: 0.1, model: "ranker"),
          ]))
  }

  @Test("Without unit and salt: users, by the name")
  func defaults() throws {
    let text = Self.text.replacing("unit: user\n", with: "").replacing("salt: \"2026-11\"\n", with: "")
    #expect(try Experiment(yaml: text, file: "e.yml").salt == "ranker-against-popularity")
  }

  @Test(
    "Errors name line and field",
    arguments: [
      ("unit: user", "unit: session", "e.yml:2: unit: expected user, found \"session\""),
      (
        "salt:", "seed:",
        "e.yml:3: unknown field \"seed\"; expected one of name, unit, salt, variants, start, end, control, metrics, guardrails"
      ),
      ("name: ranker-against-popularity", "name:", "e.yml:1: needs the field \"name\""),
      (
        "variants:", "salt2:",
        "e.yml:4: unknown field \"salt2\"; expected one of name, unit, salt, variants, start, end, control, metrics, guardrails"
      ),
      ("- name: control\n    weight", "- weight", "e.yml:5: variant: needs the field \"name\""),
      ("weight: 0.9", "weight: much", "e.yml:6: variant \"control\": weight: expected a number, found \"much\""),
      ("weight: 0.9", "weight: -1", "e.yml:6: variant \"control\": weight: expected 0 or more, found -1.0"),
      ("weight: 0.9", "weight: .nan", "e.yml:6: variant \"control\": weight: expected a number, found \".nan\""),
      (
        "weight: 0.9", "wait: 0.9",
        "e.yml:6: variant \"control\": unknown field \"wait\"; expected one of name, weight, model"
      ),
      ("    model: ranker/7\n", "", "e.yml:5: variant \"control\": needs the field \"model\""),
      ("\"null\"", "control", "e.yml:8: variant \"control\": stands there twice"),
      (
        "weight: 0.9\n    model: ranker/7\n  - {name: \"null\", weight: 0.1",
        "weight: 0\n    model: ranker/7\n  - {name: \"null\", weight: 0",
        "e.yml:5: variants: needs at least one variant with a weight above 0"
      ),
      (
        "weight: 0.9\n    model: ranker/7\n  - {name: \"null\", weight: 0.1",
        "weight: 1e308\n    model: ranker/7\n  - {name: \"null\", weight: 1e308",
        "e.yml:5: variants: the weights add up to more than a number can hold"
      ),
    ])
  func errors(_ old: String, _ new: String, _ message: String) throws {
    #expect(Self.text.contains(old))
    let text = Self.text.replacing(old, with: new)
    let error = try #require(throws: YAMLError.self) { try Experiment(yaml: text, file: "e.yml") }
    #expect("\(error)" == message)
  }

  @Test("No variants, or none in the list")
  func noVariants() throws {
    for text in ["name: e\n", "name: e\nvariants:\n", "name: e\nvariants: []\n"] {
      #expect(throws: YAMLError.self) { try Experiment(yaml: text, file: "e.yml") }
    }
  }

  @Test("From a file, and from one that is not there")
  func file() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("experiment-\(UUID().uuidString).yml")
    let error = try #require(throws: YAMLError.self) { try Experiment(contentsOf: url.path) }
    #expect("\(error)".hasPrefix("\(url.path):1: cannot be read"))
    try Data(Self.text.utf8).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    #expect(try Experiment(contentsOf: url.path) == Experiment(yaml: Self.text, file: "e.yml"))
  }
}
