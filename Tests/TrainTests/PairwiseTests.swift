import Foundation
import Testing

/// `train fit --objective pairwise`, from the option to every place that shows it.
@Suite struct PairwiseTests {
  @Test func fittedShownAndEvaluated() throws {
    let train = try TrainBinary.withModel()
    let fit = try train.succeed("fit --dataset data --name order --objective pairwise --json --quiet").json()
    #expect(fit["converged"] as? Bool == true)
    let seconds = try ["seconds", "scaler_seconds", "solver_seconds"].map { try #require(fit[$0] as? Double) }
    #expect(seconds.allSatisfy { $0 > 0 } && abs(seconds[1] + seconds[2] - seconds[0]) < 1e-9)
    let shown = try train.succeed("models show models/order/1 --json").json()
    #expect(shown["intercept"] as? Double == 0)
    let card = String(decoding: try train.data("models/order/1/MODEL_CARD.md"), as: UTF8.self)
    for words in ["| Objective | pairwise: ", "requests have none", "scores are no probabilities"] {
      #expect(card.contains(words), "\(card)")
    }
    let text = try train.succeed("eval --model models/order --dataset data --bootstrap 0 --quiet").output
    #expect(text.contains("scores are no probabilities"), "\(text)")
    let evaluation = try train.succeed("eval --model models/order --dataset data --bootstrap 0 --json --quiet").json()
    #expect(evaluation["objective"] as? String == "pairwise")

    // The same order as the pointwise model's, nearly: the log has no features of requests alone to mislead that.
    let pointwise = try train.succeed("eval --model models/ranker --dataset data --bootstrap 0 --json --quiet").json()
    #expect(pointwise["objective"] as? String == "pointwise")
    func ndcg(_ report: [String: Any]) throws -> Double {
      let metrics = try #require(report["metrics"] as? [String: Any])
      return try #require((metrics["ndcg@5"] as? [String: Any])?["value"] as? Double)
    }
    #expect(try ndcg(evaluation) > ndcg(pointwise) - 0.05)

    try train.succeed("fit --dataset data --name order --objective pairwise --pair-weight request --quiet")
    #expect(try train.data("models/order/1/model.json") != train.data("models/order/2/model.json"))
    let again = try train.succeed(
      "fit --dataset data --name order --objective pairwise --warm-start order/1 --json --quiet"
    ).json()
    #expect(try #require(again["iterations"] as? Int) < #require(fit["iterations"] as? Int))
  }

  @Test func wrongUsage() throws {
    let train = try TrainBinary()
    try train.fail("fit --dataset d --pair-weight pair", code: 64, saying: "--objective pairwise")
    try train.fail("fit --dataset d --objective pairwise --class-weight balanced", code: 64, saying: "--class-weight")
    try train.fail(
      "fit --dataset d --objective pairwise --standard-errors request", code: 64, saying: "--standard-errors")
    try train.fail("fit --dataset d --objective listwise", code: 64, saying: "listwise", "pairwise")
  }

  @Test func noPairsIsAnError() throws {
    let train = try TrainBinary()
    try train.writeArrays(rows: [[1], [2], [3], [4]], labels: [0, 1, 0, 1])
    try train.succeed("dataset import-npy --X X.npy --y y.npy --split none --out data --quiet")
    try train.fail("fit --dataset data --objective pairwise --quiet", saying: "none of 4 requests has both labels")
    #expect(try !train.contents().contains("models"))
  }
}
