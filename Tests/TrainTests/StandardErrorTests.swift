import Foundation
import Testing

/// `train fit --standard-errors`, from the option to every place that shows them.
@Suite struct StandardErrorTests {
  @Test func absentUnlessAskedForAndChangeNothingElse() throws {
    let train = try TrainBinary.withModel()
    try train.succeed("fit --dataset data --name h --standard-errors hessian --quiet")
    try train.succeed("fit --dataset data --name r --standard-errors request --quiet")
    try train.succeed("fit --dataset data --name u --standard-errors user --quiet")
    func model(_ name: String) throws -> [String: Any] {
      try #require(JSONSerialization.jsonObject(with: train.data("models/\(name)/1/model.json")) as? [String: Any])
    }
    let plain = try model("ranker")
    #expect(Set(plain.keys) == ["coefficients", "features", "intercept"])
    let count = try #require(plain["features"] as? [String]).count
    for (name, kind) in [("h", "hessian"), ("r", "request"), ("u", "user")] {
      var model = try model(name)
      let errors = try #require(model.removeValue(forKey: "standard_errors") as? [String: Any])
      #expect(NSDictionary(dictionary: model) == NSDictionary(dictionary: plain))
      #expect(errors["kind"] as? String == kind)
      #expect(try #require(errors["coefficients"] as? [Double]).filter { $0 > 0 }.count == count)
      #expect(try #require(errors["intercept"] as? Double) > 0)
      let manifest = try JSONSerialization.jsonObject(with: train.data("models/\(name)/1/manifest.json"))
      #expect(((manifest as? [String: Any])?["parameters"] as? [String: Any])?["standard_errors"] as? String == kind)
      try train.succeed("models verify models/\(name) --quiet")
      try train.succeed("eval --model models/\(name)/1 --dataset data --bootstrap 20 --quiet")
    }
    #expect(try train.data("models/h/1/metrics.json") == train.data("models/ranker/1/metrics.json"))
  }

  @Test func shownInTablesJSONAndOnTheCard() throws {
    let train = try TrainBinary.withModel()
    let fit = try train.succeed("fit --dataset data --name r --standard-errors request --json --quiet").json()
    #expect(fit["standard_errors"] as? String == "request")
    let text = try train.succeed("models show models/r/1").output
    for word in ["standard error", "95 % interval", "\nintercept ", "requests are independent"] {
      #expect(text.contains(word), "\(text)")
    }
    let shown = try train.succeed("models show models/r/1 --json").json()
    let errors = try #require(shown["standard_errors"] as? [String: Any])
    #expect(errors["kind"] as? String == "request")
    let features = try #require(errors["coefficients"] as? [String: [String: Double]])
    let coefficients = try #require(shown["coefficients"] as? [String: Double])
    #expect(Set(features.keys) == Set(coefficients.keys))
    for (name, estimate) in features {
      let error = try #require(estimate["standard_error"])
      #expect(estimate["coefficient"] == coefficients[name])
      let z = try #require(estimate["z"])
      #expect(abs(z * error - coefficients[name]!) <= 1e-12 * error)
      #expect(abs(try #require(estimate["p"]) - erfc(abs(z) / 2.0.squareRoot())) < 1e-15)
      #expect(abs(try #require(estimate["high"]) - estimate["low"]! - 2 * 1.959963984540054 * error) < 1e-12)
    }
    #expect((errors["intercept"] as? [String: Double])?["coefficient"] == shown["intercept"] as? Double)
    let card = String(decoding: try train.data("models/r/1/MODEL_CARD.md"), as: UTF8.self)
    #expect(card.contains("| feature | coefficient | standard error | z | p | 95 % interval |"))

    let plain = try train.succeed("models show models/ranker/1")
    #expect(!plain.output.contains("standard error"))
    #expect(try train.succeed("models show models/ranker/1 --json").json()["standard_errors"] == nil)
    let plainCard = String(decoding: try train.data("models/ranker/1/MODEL_CARD.md"), as: UTF8.self)
    #expect(plainCard.contains("\n| feature | coefficient |\n| --- | --- |\n| "))
  }

  @Test(arguments: ["hessian", "request", "user"]) func theSameBytesAtAnyThreadCount(kind: String) throws {
    let train = try TrainBinary.withModel()
    for threads in 1...3 {
      try train.succeed("fit --dataset data --name t --standard-errors \(kind) --threads \(threads) --quiet")
    }
    for file in ["model.json", "manifest.json", "MODEL_CARD.md"] {
      let first = try train.data("models/t/1/\(file)")
      #expect(try first == train.data("models/t/2/\(file)") && first == train.data("models/t/3/\(file)"), "\(file)")
    }
  }

  @Test func aCoefficientThatNothingTellsIsNamed() throws {
    let train = try TrainBinary.withModel()
    // In five days, a rate over seven is the rate over all.
    try train.fail(
      "fit --dataset data --name u --l2 0 --standard-errors hessian --quiet", saying: "data/train/X.npy",
      "\"proposition_ctr_7d\"", "--standard-errors none")
    #expect(try train.contents("models") == ["ranker"])
    try train.succeed("fit --dataset data --name u --l2 0 --quiet")
    try train.writeArrays(rows: [[1], [2], [3], [4]], labels: [0, 1, 0, 1])
    try train.succeed("dataset import-npy --X X.npy --y y.npy --split none --out arrays --quiet")
    try train.fail(
      "fit --dataset arrays --name u --standard-errors user --quiet", saying: "user.npy", "--standard-errors request")
    try train.fail("fit --dataset data --standard-errors rows", code: 64, saying: "rows", "hessian")
  }
}
