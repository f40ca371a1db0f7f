import Foundation
import Testing

/// Bad input ends with an error that names the place, exit code 1 (64 for wrong usage), and nothing half-written.
@Suite struct BadInputTests {
  @Test func wrongUsage() throws {
    let train = try TrainBinary()
    try train.fail("synth --out x --users 0", code: 64, saying: "--users 0 is out of range")
    try train.fail("synth", code: 64, saying: "--out")
    try train.fail("fit --dataset d --l2 -1", code: 64, saying: "--l2")
    try train.fail("fit --dataset d --class-weight heavy", code: 64, saying: "heavy")
    try train.fail("dataset build --events e --propositions p --out d --positive served", code: 64, saying: "served")
    try train.fail("dataset build --events e --propositions p --out d --attribution soon", code: 64, saying: "soon")
    try train.fail("eval --model m --dataset d --split all", code: 64, saying: "all")
    #expect(try train.contents() == [])
  }

  @Test func missingFiles() throws {
    let train = try TrainBinary()
    try train.fail(
      "dataset build --events no.jsonl --propositions no.jsonl --out d", saying: "no.jsonl", "No such file")
    try train.fail("dataset build --events kafka://h/t --propositions no.jsonl --out d", saying: "no.jsonl")
    try train.fail("fit --dataset nowhere", saying: "nowhere", "train dataset build")
    try train.fail("eval --model models/ranker --dataset d", saying: "models", "train fit")
    try train.fail("models verify models/ranker/3", saying: "models/ranker/3")
    #expect(try train.contents() == [])
  }

  @Test func badLines() throws {
    let train = try TrainBinary.withModel()
    var lines = String(decoding: try train.data("log/events.jsonl"), as: UTF8.self).split(separator: "\n")
    lines[41] = "{\"event_type\": \"click\", \"user_id\": 7}"
    try train.write(Data(lines.joined(separator: "\n").utf8), to: "bad.jsonl")
    let build = "dataset build --events bad.jsonl --propositions log/propositions.jsonl --out bad"
    try train.fail(build, saying: "bad.jsonl:42:", "user_id", "expected a string, found integer")
    #expect(try train.contents() == ["bad.jsonl", "data", "log", "models"])
    #expect(try train.succeed("\(build) --skip-bad-lines --json --quiet").json()["bad_records"] as? Int == 1)

    try train.write(Data("version: 1\nfeatures:\n  - {name: x, kind: age, wnidow: 3}\n".utf8), to: "f.yml")
    try train.fail(
      "dataset build --events bad.jsonl --propositions log/propositions.jsonl --features f.yml --out d2",
      saying: "f.yml:3:", "unknown field \"wnidow\"")
    let catalogue = String(decoding: try train.data("log/propositions.jsonl"), as: UTF8.self).split(separator: "\n")
    try train.write(Data(catalogue.dropFirst(3).joined(separator: "\n").utf8), to: "few.jsonl")
    try train.fail(
      "dataset build --events log/events.jsonl --propositions few.jsonl --out d2", saying: "log/events.jsonl:",
      "is not in the catalogue", "--skip-unknown-propositions")
    try train.succeed(
      "dataset build --events log/events.jsonl --propositions few.jsonl --out d2 --skip-unknown-propositions --quiet")
  }

  @Test func damagedModels() throws {
    let train = try TrainBinary.withModel()
    let whole = try train.data("models/ranker/1/model.json")
    var flipped = whole
    flipped[flipped.count / 2] ^= 1
    try train.write(flipped, to: "models/ranker/1/model.json")
    for command in [
      "models verify models/ranker/1", "models show models/ranker/1", "eval --model models/ranker/1 --dataset data",
    ] {
      try train.fail(command, saying: "models/ranker/1/model.json", "SHA-256")
    }
    #expect(try train.succeed("models list").output.contains("damaged"))
    try train.write(whole.dropLast(9), to: "models/ranker/1/model.json")
    try train.fail("models verify models/ranker/1", saying: "models/ranker/1/model.json")
    try train.write(whole, to: "models/ranker/1/model.json")
    try train.succeed("models verify models/ranker/1")
    try FileManager.default.removeItem(atPath: train.path("models/ranker/1/scaler.json"))
    try train.fail("models verify models/ranker/1", saying: "models/ranker/1/scaler.json", "is missing")
  }

  @Test func aModelOfOtherFeatures() throws {
    let train = try TrainBinary.withModel()
    try train.write(Data("version: 1\nfeatures:\n  - {name: age, kind: age}\n".utf8), to: "f.yml")
    try train.succeed(
      "dataset build --events log/events.jsonl --propositions log/propositions.jsonl --features f.yml --out other --quiet"
    )
    try train.fail("eval --model models/ranker/1 --dataset other", saying: "other features than the dataset")
    try train.fail("fit --dataset other --warm-start ranker/1", saying: "other features")
  }

  @Test func aDatasetThatWasBrokenAfterwards() throws {
    let train = try TrainBinary.withModel()
    var matrix = try train.data("data/train/X.npy")
    let columns = (try train.succeed("dataset describe data --json").json()["features"] as? [Any])?.count ?? 0
    let nan = withUnsafeBytes(of: Float.nan) { Array($0) }
    matrix.replaceSubrange((128 + 4 * (5 * columns + 2))..<(128 + 4 * (5 * columns + 3)), with: nan)
    try train.write(matrix, to: "data/train/X.npy")
    try train.fail("fit --dataset data", saying: "data/train/X.npy", "row 5, feature \"proposition_accepts\"")
    try train.write(matrix.dropLast(4), to: "data/train/X.npy")
    try train.fail("fit --dataset data", saying: "data/train/X.npy", "cut short")
    #expect(try train.contents("models/ranker") == ["1"])
  }

  @Test func aFitThatDoesNotConvergeWritesNothing() throws {
    let train = try TrainBinary.withModel()
    try train.fail(
      "fit --dataset data --solver newton --max-iterations 1 --quiet", saying: "did not converge", "--max-iterations")
    #expect(try train.contents("models/ranker") == ["1"])
  }
}
