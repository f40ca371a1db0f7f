import Foundation
import Testing

/// From a log to a report, through the real binary.
@Suite struct MainPathTests {
  @Test func everyStepSpeaksJSON() throws {
    let train = try TrainBinary.withModel()
    let synth = try train.succeed("synth --users 9 --propositions 40 --requests 50 --days 2 --out s --json --quiet")
      .json()
    #expect((synth["truth"] as? [String: Any])?["rows"] as? Int == 400)
    let build = try train.succeed(
      "dataset build --events log/events.jsonl --propositions log/propositions.jsonl --out again --json --quiet"
    ).json()
    #expect((build["splits"] as? [String: [String: Int]])?["train"]?["requests"] == 960)
    let describe = try train.succeed("dataset describe data --json").json()
    #expect((describe["features"] as? [Any])?.count == build["columns"] as? Int)
    let fit = try train.succeed("fit --dataset data --json --quiet").json()
    for field in ["model", "seconds", "iterations", "passes", "objective", "gradient_norm", "converged"] {
      #expect(fit[field] != nil, "\(field)")
    }
    let report = try train.succeed("eval --model models/ranker/1 --dataset data --bootstrap 50 --json --quiet").json()
    #expect(report["split"] as? String == "test" && report["rows"] as? Int == 960)
    let metrics = try #require(report["metrics"] as? [String: [String: Double]])
    for name in ["auc", "average_precision", "log_loss", "brier", "ece", "ndcg@5", "ndcg@10", "mrr"] {
      #expect(Set(try #require(metrics[name]).keys) == ["value", "low", "high"], "\(name)")
    }
    #expect(metrics["auc"]!["low"]! <= metrics["auc"]!["value"]! && metrics["auc"]!["value"]! > 0.6)
    #expect(Set((report["baselines"] as? [String: Any] ?? [:]).keys) == ["random", "logged_order", "popularity"])
    let list = try train.succeed("models list --json").json()
    #expect((list["models"] as? [[String: Any]])?.map { $0["model"] as? String } == ["ranker/1", "ranker/2"])
    let shown = try train.succeed("models show models/ranker/1 --json").json()
    #expect((shown["coefficients"] as? [String: Double])?.count == build["columns"] as? Int)
    #expect(try train.succeed("models verify models/ranker/ --json").json()["verified"] as? Bool == true)
  }

  /// The log loss of the written probabilities is the one that eval reports.
  @Test func predictWritesWhatEvalMeasures() throws {
    let train = try TrainBinary.withModel()
    try train.succeed("predict --model models/ranker/1 --dataset data --out p.npy")
    try train.succeed("predict --model models/ranker/1 --dataset data --out z.npy --log-odds")
    func numbers<Value>(_ name: String, as _: Value.Type) throws -> [Value] {
      try train.data(name).dropFirst(128).withUnsafeBytes { Array($0.bindMemory(to: Value.self)) }
    }
    let probabilities = try numbers("p.npy", as: Double.self)
    let logOdds = try numbers("z.npy", as: Double.self)
    let labels = try numbers("data/test/y.npy", as: UInt8.self)
    #expect(probabilities.count == 960 && labels.count == 960)
    #expect(zip(probabilities, logOdds).allSatisfy { abs($0 - 1 / (1 + exp(-$1))) < 1e-15 })
    let loss = zip(probabilities, labels).reduce(0) { $0 - log($1.1 == 1 ? $1.0 : 1 - $1.0) } / 960
    let report = try train.succeed("eval --model models/ranker/1 --dataset data --bootstrap 0 --json --quiet").json()
    let metrics = report["metrics"] as? [String: [String: Double]]
    #expect(abs(loss - (metrics?["log_loss"]?["value"] ?? 0)) < 1e-12)
    #expect(try train.contents().allSatisfy { !$0.hasSuffix(".tmp") })
  }

  @Test func resultsGoToOutputAndProgressToErrors() throws {
    let train = try TrainBinary.withModel()
    let loud = try train.succeed("eval --model models/ranker/1 --dataset data --bootstrap 20")
    #expect(loud.output.contains("ndcg@5") && loud.errors.contains("eval: 960 rows"))
    #expect(try train.succeed("eval --model models/ranker/1 --dataset data --bootstrap 20 --quiet").errors == "")
  }

  @Test func theSameBytesAtAnyThreadCount() throws {
    let train = try TrainBinary.withModel()
    for threads in 1...3 { try train.succeed("fit --dataset data --name t --threads \(threads) --quiet") }
    for file in ["model.json", "scaler.json", "metrics.json", "manifest.json", "MODEL_CARD.md", "features.yml"] {
      let first = try train.data("models/t/1/\(file)")
      #expect(try first == train.data("models/t/2/\(file)") && first == train.data("models/t/3/\(file)"), "\(file)")
    }
  }

  @Test func aWarmStartEndsAtTheSameModelInFewerSteps() throws {
    let train = try TrainBinary.withModel()
    let cold = try train.succeed("fit --dataset data --solver newton --json --quiet").json()
    let warm = try train.succeed("fit --dataset data --solver newton --warm-start ranker/1 --json --quiet").json()
    #expect(try #require(warm["iterations"] as? Int) < #require(cold["iterations"] as? Int))
    let (a, b) = (warm["objective"] as? Double ?? 0, cold["objective"] as? Double ?? 1)
    #expect(abs(a - b) < 1e-6)
  }

  @Test func gzipAndSQLiteGiveTheSameRows() throws {
    let train = try TrainBinary.withModel()
    let gzip = Process()
    gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    gzip.arguments = ["gzip", "-k", train.path("log/events.jsonl")]
    try gzip.run()
    gzip.waitUntilExit()
    try train.succeed(
      "dataset build --events log/events.jsonl.gz --propositions log/propositions.jsonl --out zipped --quiet")
    #expect(try train.data("zipped/train/X.npy") == train.data("data/train/X.npy"))
    let cut = try train.data("log/events.jsonl.gz").dropLast(1000)
    try train.write(Data(cut), to: "cut.jsonl.gz")
    try train.fail(
      "dataset build --events cut.jsonl.gz --propositions log/propositions.jsonl --out cut", saying: "cut.jsonl.gz")
    #expect(try !train.contents().contains { $0.hasPrefix("cut") && $0 != "cut.jsonl.gz" || $0.hasPrefix(".cut") })
  }

  @Test func helpShowsAnExample() throws {
    let train = try TrainBinary()
    for command in ["synth", "import open-bandit", "dataset build", "dataset import-npy", "fit", "eval", "models list"]
    {
      #expect(try train.succeed("\(command) --help").output.contains("  train \(command) "), "\(command)")
    }
    #expect(try train.succeed("--version").output == "0.1.0\n")
  }
}
