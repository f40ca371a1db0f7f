import Foundation
import Testing

/// `train fit --l1` and `train fit --path`, from the options to the artifact.
@Suite struct PathCommandTests {
  @Test func anL1PenaltyLeavesCoefficientsOut() throws {
    let train = try TrainBinary.withModel()
    let fit = try train.succeed("fit --dataset data --name sparse --l1 20 --json --quiet").json()
    #expect(fit["solver"] as? String == "proximal")
    let model = try object(train, "models/sparse/1/model.json")
    let coefficients = try #require(model["coefficients"] as? [Double])
    let nonZeros = coefficients.filter { $0 != 0 }.count
    #expect(nonZeros > 0 && nonZeros < coefficients.count)
    #expect(fit["non_zeros"] as? Int == nonZeros)
    let parameters = try #require(try object(train, "models/sparse/1/manifest.json")["parameters"] as? [String: Any])
    #expect(parameters["l1"] as? Double == 20)
    #expect(parameters["l2"] as? Double == 0)
    let card = String(decoding: try train.data("models/sparse/1/MODEL_CARD.md"), as: UTF8.self)
    #expect(card.contains("| Penalty | L1 20.0, L2 0.0, class weight none |"))
    try train.succeed("eval --model models/sparse/1 --dataset data --bootstrap 20 --quiet")
    // A warm start from it, and both penalties at once.
    let warm = try train.succeed("fit --dataset data --l1 20 --l2 3 --warm-start sparse/1 --json --quiet").json()
    #expect(warm["converged"] as? Bool == true)
  }

  @Test func thePathChoosesByCrossValidationAndGoesIntoTheArtifact() throws {
    let train = try TrainBinary.withModel()
    let options = "--path --path-length 12 --cv 3 --rule one-standard-error --seed 4 --quiet"
    let fit = try train.succeed("fit --dataset data --name p \(options) --json --threads 2").json()
    let path = try #require(fit["path"] as? [String: Any])
    let values = try #require(path["values"] as? [[String: Any]])
    let chosen = try #require(path["chosen"] as? Int)
    #expect(values.count == 12)
    #expect(values[0]["non_zeros"] as? Int == 0)
    let losses = try values.map { try #require($0["log_loss"] as? [String: Double]) }
    let best = try #require(losses.min { $0["mean"]! < $1["mean"]! })
    let limit = best["mean"]! + best["standard_error"]!
    #expect(losses.firstIndex { $0["mean"]! <= limit } == chosen)
    let parameters = try #require(try object(train, "models/p/1/manifest.json")["parameters"] as? [String: Any])
    #expect(parameters["l1"] as? Double == values[chosen]["l1"] as? Double)

    // The file is the path printed, the manifest has its hash, and a changed byte is found out.
    #expect(NSDictionary(dictionary: try object(train, "models/p/1/path.json")) == NSDictionary(dictionary: path))
    try train.succeed("models verify models/p --quiet")
    try train.succeed("fit --dataset data --name p \(options) --threads 1")
    for file in ["path.json", "model.json", "manifest.json"] {
      #expect(try train.data("models/p/1/\(file)") == train.data("models/p/2/\(file)"), "\(file)")
    }
    var bytes = try train.data("models/p/2/path.json")
    bytes[bytes.count / 2] ^= 1
    try train.write(bytes, to: "models/p/2/path.json")
    try train.fail("models show models/p/2", saying: "path.json")

    // Other draws, and folds of users, judge differently.
    let byUser = try train.succeed(
      "fit --dataset data --name u --path --path-length 12 --cv 3 --cv-by user --json --quiet"
    ).json()
    let other = try #require((byUser["path"] as? [String: Any])?["values"] as? [[String: Any]])
    #expect(other[11]["objective"] as? Double == values[11]["objective"] as? Double)
    #expect((other[11]["log_loss"] as? [String: Double]) != losses[11])
  }

  @Test func withoutFoldsValidationJudges() throws {
    let train = try TrainBinary.withModel()
    let text = try train.succeed("fit --dataset data --name r --path --path-length 6 --l1-ratio 0 --quiet").output
    #expect(text.contains("non-zeros") && text.contains(" * "))
    let path = try object(train, "models/r/1/path.json")
    #expect(path["judged_by"] as? String == "validation")
    let values = try #require(path["values"] as? [[String: Any]])
    let chosen = try #require(path["chosen"] as? Int)
    let loss = try #require((values[chosen]["log_loss"] as? [String: Double])?["mean"])
    let metrics = try object(train, "models/r/1/metrics.json")
    let written = try #require((metrics["validation"] as? [String: [String: Double]])?["log_loss"]?["value"])
    // The model written is fitted further than the path's.
    #expect(abs(written - loss) < 1e-5)
    #expect(values.allSatisfy { ($0["l1"] as? Double) == 0 })
  }

  @Test func aPathAloneWritesNothing() throws {
    let train = try TrainBinary.withModel()
    let shown = try train.succeed("fit --dataset data --path --path-length 4 --rule none --json --quiet").json()
    #expect(Set(shown.keys) == ["path", "path_seconds"])
    #expect(try train.contents("models") == ["ranker"])
  }

  @Test(arguments: [
    ("--l1 -1", "--l1"), ("--l1=-1", "--l1"), ("--l1 1 --solver newton", "proximal"),
    ("--l1 1 --standard-errors hessian", "--standard-errors"), ("--path --l1 1", "--l1-ratio"), ("--cv 5", "--path"),
    ("--path --cv 1", "2 to 100"), ("--path --cv-by user", "--cv"), ("--path --rule one-standard-error", "--cv"),
    ("--path --l1-ratio 2", "0 to 1"), ("--path --path-ratio 1", "less than 1"), ("--path --path-length 0", "1 to"),
    ("--path --warm-start ranker", "--warm-start"), ("--path --solver nested", "proximal"),
  ]) func wrongUse(options: String, word: String) throws {
    try TrainBinary().fail("fit --dataset data \(options)", code: 64, saying: word)
  }

  @Test func whatIsMissingIsNamed() throws {
    let train = try TrainBinary.withModel()
    try train.fail("fit --dataset data --path --path-length 3 --cv 100 --cv-by user --quiet", saying: "100 folds")
    try train.fail("fit --dataset data --name x --path --max-iterations 1 --quiet", saying: "did not converge at l1")
    #expect(try train.contents("models") == ["ranker"])
  }

  private func object(_ train: TrainBinary, _ file: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: train.data(file)) as? [String: Any])
  }
}
