import Foundation
import Testing

/// Comparisons, slices, importance, calibration and reports, through the real binary.
@Suite struct EvalExtrasTests {
  private func values(_ any: Any?) throws -> [String: Double] { try #require(any as? [String: Double]) }

  @Test func aModelAgainstItselfIsNotToldApart() throws {
    let train = try TrainBinary.withModel()
    let json = try train.succeed(
      "eval --model models/ranker/1 --dataset data --against models/ranker/1 --bootstrap 50 --json --quiet"
    ).json()
    let against = try #require(json["against"] as? [String: Any])
    #expect(against["model"] as? String == "ranker/1")
    for metric in ["auc", "log_loss", "ndcg@5", "ndcg@10"] {
      #expect(try values(against[metric]) == ["value": 0, "low": 0, "high": 0], "\(metric)")
    }
  }

  @Test func theDifferenceIsThatOfTheTwoEvaluations() throws {
    let train = try TrainBinary.withModel()
    try train.succeed("fit --dataset data --l2 100000 --quiet")
    func metrics(_ version: Int, _ more: String = "") throws -> [String: Any] {
      try train.succeed(
        "eval --model models/ranker/\(version) --dataset data --bootstrap 0 --json --quiet \(more)"
      ).json()
    }
    let weak = try metrics(2, "--against models/ranker/1")
    let strong = try metrics(1)
    for name in ["auc", "log_loss"] {
      let of = { (report: [String: Any]) in try values((report["metrics"] as? [String: Any])?[name])["value"] ?? .nan }
      let difference = try values((weak["against"] as? [String: Any])?[name])
      #expect(abs(try of(weak) - of(strong) - (difference["value"] ?? .nan)) < 1e-12)
      #expect(difference["low"] == nil)
    }
  }

  @Test func slicesCoverAllRows() throws {
    let train = try TrainBinary.withModel()
    let json = try train.succeed(
      "eval --model models/ranker/1 --dataset data --by device,category,new_user,position --bootstrap 0 --json --quiet"
    ).json()
    let slices = try #require(json["slices"] as? [[String: Any]])
    for (column, least) in [("device", 2), ("category", 2), ("new_user", 1), ("position", 8)] {
      let rows = slices.filter { $0["by"] as? String == column }.compactMap { $0["rows"] as? Int }
      #expect(rows.reduce(0, +) == 960 && rows.count >= least, "\(column)")
    }
  }

  @Test func wrongUseIsSaid() throws {
    let train = try TrainBinary.withModel()
    try train.fail("eval --model models/ranker/1 --dataset data --by colour", code: 64, saying: "--by colour", "device")
    try train.fail("compare models/ranker/1 --dataset data", code: 64, saying: "two models")
    try train.fail("fit --dataset data --calibration beta", code: 64, saying: "beta")
    try train.fail(
      "eval --model models/ranker/1 --dataset data --against models/ranker/9 --quiet", saying: "models/ranker/9")
  }

  @Test func importanceFindsTheFeatureThatCarriesTheModel() throws {
    let train = try TrainBinary.withModel()
    let command = "eval --model models/ranker/1 --dataset data --importance --bootstrap 0 --json --quiet"
    let json = try train.succeed(command).json()
    let features = try #require(json["importance"] as? [[String: Any]])
    let shown = try train.succeed("models show models/ranker/1 --json").json()
    let coefficients = try #require(shown["coefficients"] as? [String: Double])
    #expect(Set(features.compactMap { $0["feature"] as? String }) == Set(coefficients.keys))
    let drops = try features.map { try values($0["auc_drop"])["value"] ?? .nan }
    #expect(drops == drops.sorted(by: >) && (drops.first ?? 0) > 0.01)
    // A feature that the model does not use loses nothing.
    for feature in features where coefficients[feature["feature"] as? String ?? ""] == 0 {
      #expect(try values(feature["auc_drop"])["value"] == 0)
    }
    #expect(try train.succeed(command).json()["importance"] as? NSArray == json["importance"] as? NSArray)
  }

  /// The log loss of balanced weights is far off; calibration mends it and leaves the order as it is.
  @Test(arguments: ["platt", "isotonic"])
  func calibrationMendsProbabilitiesAndKeepsTheOrder(method: String) throws {
    let train = try TrainBinary.withModel()
    try train.succeed("fit --dataset data --name b --class-weight balanced --quiet")
    try train.succeed("fit --dataset data --name b --class-weight balanced --calibration \(method) --quiet")
    #expect(try train.contents("models/b/2").contains("calibration.json"))
    func report(_ version: Int) throws -> [String: Any] {
      try train.succeed("eval --model models/b/\(version) --dataset data --bootstrap 0 --json --quiet").json()
    }
    let (plain, calibrated) = (try report(1), try report(2))
    #expect(calibrated["calibration"] as? String == method && plain["calibration"] as? String == "none")
    func metric(_ report: [String: Any], _ name: String) throws -> Double {
      try values((report["metrics"] as? [String: Any])?[name])["value"] ?? .nan
    }
    for name in ["auc", "ndcg@5", "average_precision"] { #expect(try metric(plain, name) == metric(calibrated, name)) }
    #expect(try metric(calibrated, "log_loss") < metric(plain, "log_loss") - 0.1)
    #expect(try metric(calibrated, "ece") < metric(plain, "ece") / 4)
    try train.succeed("predict --model models/b/2 --dataset data --out p.npy")
    let p: [Double] = try train.data("p.npy").dropFirst(128).withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
    #expect(abs(p.reduce(0, +) / Double(p.count) - 0.1) < 0.05, "the mean prediction is near the share of positives")
    let said = try train.succeed("eval --model models/b/2 --dataset data --split validation --bootstrap 0 --quiet")
    #expect(said.output.contains("optimistic"))
  }

  @Test func reportsAreWholePagesThatAskForNothing() throws {
    let train = try TrainBinary.withModel()
    try train.succeed("fit --dataset data --l2 1000 --standard-errors request --calibration platt --quiet")
    try train.succeed(
      """
      eval --model models/ranker/2 --dataset data --against models/ranker/1 --by device,position --importance \
      --bootstrap 50 --report out/eval.html --quiet
      """)
    try train.succeed(
      "compare models/ranker/1 models/ranker/2 --dataset data --bootstrap 50 --report out/compare.html --quiet")
    #expect(try train.contents("out") == ["compare.html", "eval.html"])
    let page = String(decoding: try train.data("out/eval.html"), as: UTF8.self)
    for words in ["ROC", "Precision and recall", "Reliability", "Lift", "NDCG by k", "Coefficients", "AUC by slice"] {
      #expect(page.contains("<h3>\(words)</h3>"), "\(words)")
    }
    #expect(page.contains("ranker/1 ") || page.contains("ranker/1."))
    for name in ["eval", "compare"] {
      let html = String(decoding: try train.data("out/\(name).html"), as: UTF8.self)
      #expect(html.hasSuffix("</html>\n"))
      for wanted in ["<script", ">nan", "\"nan", "http://", "https://", " src="] { #expect(!html.contains(wanted)) }
    }
    let compared = try train.succeed(
      "compare models/ranker/1 models/ranker/2 --dataset data --bootstrap 50 --json --quiet"
    ).json()
    #expect((compared["models"] as? [[String: Any]])?.count == 2)
    let text = try train.succeed("eval --model models/ranker/2 --dataset data --charts --bootstrap 0 --quiet").output
    #expect(text.contains("reliability") && text.contains("█"))
  }

  /// Without the seed's draws nothing changes: the same page twice.
  @Test func theSamePageTwice() throws {
    let train = try TrainBinary.withModel()
    for name in ["a", "b"] {
      try train.succeed("eval --model models/ranker/1 --dataset data --bootstrap 20 --report \(name).html --quiet")
    }
    #expect(try train.data("a.html") == train.data("b.html"))
  }
}
