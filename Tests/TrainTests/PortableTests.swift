import Foundation
import Testing

/// Models that leave and come back.
@Suite struct PortableTests {
  @Test func exportsAreWrittenWhole() throws {
    let train = try TrainBinary.withModel()
    for format in ["onnx", "sklearn-json"] {
      let result = try train.succeed("models export models/ranker/1 --format \(format) --out out/ranker --json").json()
      #expect(try result["bytes"] as? Int == train.data("out/ranker").count, "\(format)")
    }
    try train.succeed("models export models/ranker --format mlflow --out folder")
    #expect(
      try train.contents("folder") == ["MLmodel", "conda.yaml", "model.onnx", "python_env.yaml", "requirements.txt"])
    try train.succeed("models export models/ranker --format mlflow --out folder")
    try train.fail("models export models/ranker --format mlflow --out data", saying: "data", "MLmodel")
    try train.fail("models export models/none/1 --format onnx --out x", saying: "models/none/1")
    try train.fail("models export models/ranker --format pmml --out x", code: 64, saying: "pmml")
  }

  @Test func coefficientsComeBackAsTheSameModel() throws {
    let train = try TrainBinary.withModel()
    try train.succeed("models export models/ranker/1 --format sklearn-json --out ranker.json")
    try train.succeed("models import --json ranker.json --name back --features data/features.yml")
    for file in ["model.json", "scaler.json", "features.yml"] {
      #expect(try train.data("models/ranker/1/\(file)") == train.data("models/back/1/\(file)"), "\(file)")
    }
    try train.succeed("models verify models/back/1")
    let scores = try ["ranker", "back"].map { name in
      try train.succeed("predict --model models/\(name)/1 --dataset data --out \(name).npy --quiet")
      return try train.data("\(name).npy")
    }
    #expect(scores[0] == scores[1])
  }

  @Test func whatIsNoModelIsNotImported() throws {
    let train = try TrainBinary.withModel()
    try train.write(Data(#"{"features": ["a"], "coef": [1, 2], "intercept": 0}"#.utf8), to: "bad.json")
    try train.fail("models import --json bad.json --name bad", saying: "bad.json: field \"coef\": has 2 numbers")
    try train.fail("models import --json none.json --name bad", saying: "none.json: there is no such file")
    try train.write(Data(#"{"features": ["a"], "coef": [1], "intercept": 0}"#.utf8), to: "one.json")
    try train.fail(
      "models import --json one.json --name bad --features data/features.yml", saying: "data/features.yml makes other")
    #expect(try train.contents("models") == ["ranker"])
  }
}
