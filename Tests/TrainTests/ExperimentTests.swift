import Foundation
import Testing

/// `train experiment` as a person runs it.
@Suite struct ExperimentTests {
  private static let plan = """
    name: simulation
    salt: simulation-7
    start: 2026-01-05
    metrics:
      - {name: ctr, target: 0.3}
      - {name: acceptance_rate}
    guardrails:
      - {metric: latency_ms, max_harm: 0.2}
    variants:
      - {name: control, weight: 50, model: ranker/1}
      - {name: treatment, weight: 50, model: ranker/2}
    """

  private func number(_ object: [String: Any], _ name: String) -> Double {
    (object[name] as? NSNumber)?.doubleValue ?? .nan
  }

  private func simulated(_ options: String) throws -> TrainBinary {
    let train = try TrainBinary()
    try train.succeed("experiment simulate --users 1500 --runs 1 --seed 7 --out sim --quiet \(options)")
    return train
  }

  @Test func `a simulated log says the same when it is read back`() throws {
    let train = try TrainBinary()
    let study = try train.succeed(
      "experiment simulate --users 800 --days 10 --runs 1 --effect 0.4 --seed 7 --out sim --json --quiet"
    ).json()
    let result = try train.succeed(
      "experiment analyze --experiment sim/experiment.yml --events sim/events.jsonl --json --quiet"
    )
    .json()
    let verdict = try #require(result["verdict"] as? [String: Any])
    let decisions = try #require(study["decisions"] as? [String: Int])
    #expect(decisions.first { $0.value == 1 }?.key == verdict["decision"] as? String)
    let metric = try #require((result["metrics"] as? [[String: Any]])?.first)
    let comparison = try #require((metric["comparisons"] as? [[String: Any]])?.first)
    for (share, p) in [("fixed_horizon", "p_one_look"), ("sequential", "p_any_look")] {
      let called = (study[share] as? [String: Any])?["runs"] as? Int
      #expect(called == (number(comparison, p) <= 0.05 ? 1 : 0), "\(share)")
    }
    #expect((result["days"] as? [Any])?.count == 10)
    let counts = try #require(result["counts"] as? [String: Int])
    let lines = try train.data("sim/events.jsonl").split(separator: UInt8(ascii: "\n")).count
    #expect(counts["events"] == lines && counts["users"] == 800 && counts["unattributed"] == 0)
  }

  @Test func `a clear gain ships, with tables for people`() throws {
    let train = try simulated("--days 20 --effect 0.8 --requests-per-user 4")
    try train.write(Data(Self.plan.utf8), to: "plan.yml")
    let text = try train.succeed("experiment analyze --experiment plan.yml --events sim/events.jsonl --quiet").output
    for words in [
      "simulation: SHIP treatment", "sample ratio: χ²", "acceptance_rate", "latency_ms", "held", "treatment by day",
    ] { #expect(text.contains(words), "\(text)") }
    try train.succeed("experiment analyze --experiment plan.yml --events sim/events.jsonl --report page.html --quiet")
    let page = String(decoding: try train.data("page.html"), as: UTF8.self)
    for words in ["SHIP treatment", "Guardrails", "Day by day", "<svg", "acceptance_rate"] {
      #expect(page.contains(words), "\(words)")
    }
  }

  @Test func `lost users block the verdict`() throws {
    let train = try simulated("--srm 0.6")
    let text = try train.succeed(
      "experiment analyze --experiment sim/experiment.yml --events sim/events.jsonl --quiet"
    ).output
    #expect(text.contains("simulation: NO VERDICT") && text.contains("MISMATCH"), "\(text)")
  }

  @Test func `bad logs and files name the place`() throws {
    let train = try simulated("--days 5")
    try train.write(Data(Self.plan.utf8), to: "plan.yml")
    let plan = String(Self.plan)
    try train.write(Data(plan.replacing("name: simulation\n", with: "name: other\n").utf8), to: "other.yml")
    try train.write(Data(plan.replacing("name: treatment", with: "name: new").utf8), to: "renamed.yml")
    let analyze = "experiment analyze --events sim/events.jsonl --experiment"
    try train.fail("\(analyze) other.yml", saying: "no request of experiment other")
    try train.fail("\(analyze) renamed.yml", saying: "no variant \"treatment\"", "sim/events.jsonl:")
    try train.fail("\(analyze) no.yml", saying: "no.yml")
    try train.fail("\(analyze) plan.yml --from 2026-01-09 --to 2026-01-08", code: 64, saying: "is not after --from")
    try train.fail("\(analyze) plan.yml --metric clicks", code: 64, saying: "clicks")
    try train.fail("\(analyze) plan.yml --attribution soon", code: 64, saying: "soon")
    try train.write(Data("{\"event_type\":1}\n".utf8), to: "bad.jsonl")
    try train.fail("experiment analyze --experiment plan.yml --events bad.jsonl", saying: "bad.jsonl:1")
    try train.fail("experiment analyze --experiment plan.yml --events bad.jsonl --skip-bad-lines", saying: "0 events")
  }

  /// `power_proportions_2indep` of statsmodels 0.15.0 needs 3840.84 users a variant.
  @Test func `power either way`() throws {
    let train = try TrainBinary()
    let users = try train.succeed("experiment power --baseline 0.1 --effect 0.2 --relative --daily-users 500 --json")
      .json()
    #expect(number(users, "users_per_variant") == 3841 && number(users, "days") == 16)
    let effect = try train.succeed("experiment power --baseline 0.1 --users 7682 --json").json()
    #expect(abs(number(effect, "effect") - 0.02) < 1e-5)
    let power = try train.succeed("experiment power --baseline 0.1 --effect 0.02 --users 7682 --json").json()
    #expect(abs(number(power, "power") - 0.8000165286163742) < 1e-12)
    try train.fail("experiment power --baseline 0.1", code: 64, saying: "--effect")
    try train.fail("experiment power --baseline 1.5 --effect 0.1", code: 64, saying: "--sd")
    try train.fail("experiment power --baseline 0.9 --effect 0.2", code: 64, saying: "no share")
    try train.fail("experiment power --baseline 0.1 --days 3", code: 64, saying: "--daily-users")
    try train.fail("experiment power --baseline 0.1 --users 3", saying: "do not show any effect")
  }

  @Test func `experiments of a folder and their state`() throws {
    let train = try TrainBinary()
    try train.fail("experiment list", saying: "experiments")
    try FileManager.default.createDirectory(atPath: train.path("experiments"), withIntermediateDirectories: true)
    #expect(try train.succeed("experiment list").output == "no experiment in experiments\n")
    try train.write(Data(Self.plan.utf8), to: "experiments/a.yml")
    for (day, state) in [("2026-01-04", "planned"), ("2026-01-05", "running")] {
      let listed = try train.succeed("experiment list --at \(day) --json").json()["experiments"] as? [[String: Any]]
      #expect(listed?.count == 1 && listed?[0]["state"] as? String == state)
    }
    let text = try train.succeed("experiment list --at 2026-01-04").output
    #expect(text.contains("control 50.00 %, treatment 50.00 %") && text.contains("experiments/a.yml"))
    try train.write(Data("name: x\n".utf8), to: "experiments/b.yml")
    try train.fail("experiment list", saying: "b.yml:1")
  }
}
