import Experiments
import Foundation
import Testing
import YAML

@Suite("Plans in experiment files")
struct ExperimentPlanTests {
  static let text = """
    name: e
    variants:
      - {name: a, weight: 1, model: m}
      - {name: b, weight: 1, model: m}
    start: 2026-11-01
    end: 2026-11-29T12:00:00+01:00
    control: b
    metrics:
      - {name: acceptance_rate, target: 0.1}
      - name: ctr
    guardrails:
      - {metric: latency_ms, max_harm: 0.2}
      - {metric: fallback_rate, max_harm: 0.01, scale: absolute}
    """

  @Test func `a whole plan`() throws {
    let experiment = try Experiment(yaml: Self.text, file: "e.yml")
    #expect(
      experiment.plan
        == ExperimentPlan(
          start: Date(timeIntervalSince1970: 1_793_491_200), end: Date(timeIntervalSince1970: 1_795_950_000),
          control: "b", metrics: [.init(.acceptanceRate, target: 0.1), .init(.ctr, target: 0.05)],
          guardrails: [.init(.latency, maxHarm: 0.2), .init(.fallbackRate, maxHarm: 0.01, scale: .absolute)]))
    #expect(experiment.controlIndex == 1)
  }

  @Test func `without one: the first variant is the control, CTR decides, and it runs`() throws {
    let experiment = try Experiment(
      yaml: "name: e\nvariants:\n  - {name: a, weight: 1, model: m}\n", file: "e.yml")
    #expect(experiment.plan == ExperimentPlan() && experiment.controlIndex == 0)
    #expect(experiment.plan.metrics == [.init(.ctr)])
    #expect(experiment.plan.state(at: .distantPast) == .running)
  }

  @Test func `states by the clock`() throws {
    let plan = try Experiment(yaml: Self.text, file: "e.yml").plan
    let (start, end) = (try #require(plan.start), try #require(plan.end))
    #expect(plan.state(at: start.addingTimeInterval(-1)) == .planned)
    #expect(plan.state(at: start) == .running && plan.state(at: end.addingTimeInterval(-1)) == .running)
    #expect(plan.state(at: end) == .ended)
  }

  @Test(
    "Errors name line and field",
    arguments: [
      (
        "2026-11-01", "soon",
        "e.yml:5: start: expected a time as 2026-11-23T18:00:00Z or a day as 2026-11-23, found \"soon\""
      ),
      ("2026-11-29T12", "2026-10-29T12", "e.yml:6: end: is not after start"),
      ("control: b", "control: c", "e.yml:7: control: expected one of a, b, found \"c\""),
      (
        "- name: ctr", "- name: clicks",
        "e.yml:10: metric: name: expected one of ctr, acceptance_rate, dismissal_rate, impression_ctr, clicks_per_user, "
          + "accepts_per_user, requests_per_user, fallback_rate, latency_ms, found \"clicks\""
      ),
      ("- name: ctr", "- name: acceptance_rate", "e.yml:10: metric: acceptance_rate stands there twice"),
      ("target: 0.1", "target: 0", "e.yml:9: metric: target: expected a number above 0, found 0.0"),
      ("target", "lift", "e.yml:9: metric: unknown field \"lift\"; expected one of name, target"),
      ("max_harm: 0.2", "max_harm: -0.2", "e.yml:12: guardrail: max_harm: expected a number above 0, found -0.2"),
      (", max_harm: 0.2", "", "e.yml:12: guardrail: needs the field \"max_harm\""),
      ("absolute", "percent", "e.yml:13: guardrail: scale: expected one of relative, absolute, found \"percent\""),
      ("fallback_rate", "latency_ms", "e.yml:13: guardrail: latency_ms stands there twice"),
    ])
  func errors(_ old: String, _ new: String, _ message: String) throws {
    #expect(Self.text.contains(old))
    let text = Self.text.replacing(old, with: new)
    let error = try #require(throws: YAMLError.self) { try Experiment(yaml: text, file: "e.yml") }
    #expect("\(error)" == message)
  }
}
