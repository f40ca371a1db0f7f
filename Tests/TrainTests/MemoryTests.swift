import Foundation
import Testing

@Suite struct MemoryTests {
  @Test func aStreamedFitHasTheSameBytes() throws {
    let train = try TrainBinary.withModel()
    for errors in ["hessian", "request"] {
      try train.succeed("fit --dataset data --name mapped --standard-errors \(errors) --quiet")
      try train.succeed("fit --dataset data --name read --standard-errors \(errors) --memory 3MB --quiet")
      let version = errors == "hessian" ? 1 : 2
      for file in ["model.json", "scaler.json", "metrics.json", "manifest.json"] {
        #expect(try train.data("models/read/\(version)/\(file)") == train.data("models/mapped/\(version)/\(file)"))
      }
    }
  }

  @Test func sizesHaveUnits() throws {
    let train = try TrainBinary()
    for size in ["12", "MB", "1TB", "-1GB", "500KB", "0MB", "nanMB"] {
      try train.fail("fit --dataset data --memory=\(size)", code: 64, saying: "--memory")
    }
  }

  @Test func aCutFileIsNamed() throws {
    let train = try TrainBinary.withModel()
    let file = try #require(FileHandle(forWritingAtPath: train.path("data/train/X.npy")))
    try file.truncate(atOffset: file.seekToEnd() - 4)
    try train.fail("fit --dataset data --memory 1MB --quiet", saying: "X.npy", "cut short")
  }

  @Test func aPathWithARankIsForRanks() throws {
    let train = try TrainBinary.withModel()
    try train.fail("fit --dataset data-{rank} --quiet", saying: "{rank}", "mpirun")
  }
}
