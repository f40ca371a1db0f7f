import Foundation
import Testing

/// A sparse dataset through the whole binary: import, describe, fit, show, verify, predict, eval.
@Suite struct SparseTests {
  /// 600 rows of words, of which a few speak for a click; requests of three rows.
  private func text(seed: UInt64 = 1, names: Bool = true) -> String {
    var state = seed
    func draw(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
    return (0..<600).map { row in
      let words = Set((0..<6).map { _ in draw(draw(40) + 1) }).sorted()
      let isClick = words.reduce(0) { $0 + ($1 * 7) % 5 - 2 } + draw(5) > 2
      let features = words.map { names ? "word\($0)" : "\($0 + 1):1" }.joined(separator: " ")
      return "\(isClick ? 1 : 0) qid:\(row / 3) \(features)"
    }.joined(separator: "\n") + "\n"
  }

  @Test func theWholePath() throws {
    let train = try TrainBinary()
    try train.write(Data(text().utf8), to: "words.txt")
    try train.succeed("dataset import-libsvm --data words.txt --hash-bits 12 --out data --quiet")
    let described = try train.succeed("dataset describe data --json").json()
    #expect(described["columns"] as? Int == 4096)
    let side = try #require((described["sparse"] as? [String: Any])?["train"] as? [String: Any])
    #expect(side["columns_in_use"] as? Int == 40)
    #expect(side["empty_rows"] as? Int == 0)
    #expect(try train.succeed("dataset describe data").output.contains("names hashed to 12 bits"))

    let fit = try train.succeed("fit --dataset data --name words --json --quiet").json()
    #expect(fit["solver"] as? String == "newton-cg")
    #expect(fit["converged"] as? Bool == true)
    try train.succeed("models verify models/words/1")
    #expect(try train.succeed("models show models/words").output.contains("of 4,096 columns"))
    let model = try #require(
      JSONSerialization.jsonObject(with: train.data("models/words/1/model.json")) as? [String: Any])
    #expect((model["features"] as? [String])?.count == 40)
    #expect((model["sparse"] as? [String: Int]) == ["columns": 4096, "hash_bits": 12])

    let eval = try train.succeed("eval --model models/words --dataset data --bootstrap 20 --json --quiet").json()
    let auc = try #require(((eval["metrics"] as? [String: Any])?["auc"] as? [String: Double])?["value"])
    #expect(auc > 0.7)
    try train.succeed("predict --model models/words --dataset data --out scores.npy --quiet")
    #expect(try train.data("scores.npy").count == 128 + 8 * 60)
    let again = try train.succeed("fit --dataset data --name words --warm-start words/1 --json --quiet").json()
    #expect(again["iterations"] as? Int == 0)
  }

  @Test func theSameBytesAtAnyNumberOfThreads() throws {
    let train = try TrainBinary()
    try train.write(Data(text().utf8), to: "words.txt")
    try train.succeed("dataset import-libsvm --data words.txt --hash-bits 12 --out data --quiet")
    for threads in 1...3 { try train.succeed("fit --dataset data --threads \(threads) --quiet") }
    let first = try train.data("models/ranker/1/model.json")
    #expect(try train.data("models/ranker/2/model.json") == first)
    #expect(try train.data("models/ranker/3/model.json") == first)
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let train = try TrainBinary()
    try train.write(Data(text(names: false).utf8), to: "words.svm")
    try train.succeed("dataset import-libsvm --data words.svm --columns 50 --out data --quiet")
    try train.succeed("dataset import-libsvm --data words.svm --columns 51 --out other --quiet")
    try train.succeed("fit --dataset data --scaling none --no-intercept --quiet")
    try train.fail("fit --dataset data --solver newton", saying: "data: is sparse: --solver newton needs dense rows")
    try train.fail("fit --dataset data --standard-errors hessian", saying: "data: is sparse", "--standard-errors")
    try train.fail("fit --dataset data --objective pairwise", saying: "data: is sparse", "--objective pairwise")
    try train.fail("fit --dataset data --l1 1", saying: "data: is sparse", "--l1 and --path need dense rows")
    try train.fail("models export models/ranker --format onnx --out x.onnx", saying: "ranker/1 is of 50 columns")
    try train.fail("fit --dataset data --scaling mean", code: 64, saying: "mean")
    try train.fail(
      "eval --model models/ranker --dataset other", saying: "50 columns counted from 1", "51 columns", "--columns")
    try train.fail("dataset import-libsvm --data words.svm --out x --hash-bits 27", code: 64, saying: "1 to 26")
    try train.fail("dataset import-libsvm --data words.svm --out x --index-base 2", code: 64, saying: "0 or 1")
    try train.fail(
      "dataset import-libsvm --data words.svm --out x --hash-bits 9 --columns 3", code: 64, saying: "--columns")
    try train.fail("dataset import-libsvm --data words.svm --out x --split user", code: 64, saying: "no users")
    try train.fail("dataset import-libsvm --data none.svm --out x", saying: "none.svm", "No such file")

    try train.succeed("synth --users 40 --propositions 20 --requests 200 --days 2 --out log --quiet")
    try train.succeed(
      "dataset build --events log/events.jsonl --propositions log/propositions.jsonl --out dense --quiet")
    try train.fail("fit --dataset dense --scaling none", saying: "dense", "--scaling is for sparse datasets")
    try train.fail("eval --model models/ranker --dataset dense", saying: "sparse dataset", "named features")
    #expect(try train.contents() == ["data", "dense", "experiments", "log", "models", "other", "words.svm"])
  }
}
