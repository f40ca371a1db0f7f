import Foundation
import TestSupport
import Testing

/// What `train` records of its work, and what happens to the work when it cannot.
@Suite struct RunTests {
  @Test func everyFitAndEvaluationIsARun() throws {
    let train = try TrainBinary.withModel()
    let fit = try train.succeed("fit --dataset data --l2 3").errors
    try train.succeed("eval --model models/ranker/2 --dataset data --bootstrap 20 --quiet")
    let runs = try #require(try train.succeed("runs list --json").json()["runs"] as? [[String: Any]])
    #expect(runs.map { $0["command"] as? String } == ["fit", "eval"])
    #expect(runs.allSatisfy { $0["state"] as? String == "done" && $0["model"] as? String == "ranker/2" })
    #expect(fit.contains("run: experiments/runs/\(runs[0]["run"] as? String ?? "?")"))
    let manifest = try JSONSerialization.jsonObject(with: train.data("models/ranker/2/manifest.json")) as? [String: Any]
    let dataset = try #require(manifest?["dataset"] as? [String: Any])
    #expect(runs[0]["dataset_fingerprint"] as? String == dataset["fingerprint"] as? String)
    #expect((runs[0]["parameters"] as? [String: Any])?["l2"] as? Double == 3)

    let name = try #require(runs[0]["run"] as? String)
    let shown = try train.succeed("runs show \(name.suffix(6)) --json").json()
    let steps = try #require(shown["steps"] as? [[String: Double]])
    let metrics = try #require(shown["metrics"] as? [String: Double])
    #expect(steps.count >= 2 && steps.last?["objective"] == metrics["objective"])
    #expect(steps.last?["gradient_norm"] == metrics["gradient_norm"])
    let evaluation = try #require(runs[1]["metrics"] as? [String: Double])
    #expect(evaluation["test/auc"] != nil && evaluation["test/popularity/ndcg@5"] != nil)
    #expect(try train.succeed("runs show \(name)").output.contains("train fit --dataset data --l2 3"))
    #expect(try train.succeed("runs list --model ranker/2 --command eval --last 1").output.contains("-eval-ranker-"))
    #expect(try train.succeed("runs list --model other").output.contains("no such run"))
  }

  @Test func aFailedFitIsKeptWithItsReason() throws {
    let train = try TrainBinary.withModel()
    try train.fail("fit --dataset data --max-iterations 1 --tolerance 1e-300 --quiet", saying: "did not converge")
    let runs = try #require(try train.succeed("runs list --json").json()["runs"] as? [[String: Any]])
    #expect(runs.count == 1 && runs[0]["state"] as? String == "failed")
    #expect((runs[0]["error"] as? String)?.contains("did not converge") == true)
    #expect(try train.contents("models/ranker") == ["1"])

    let name = try #require(runs[0]["run"] as? String)
    try train.write(Data("{".utf8), to: "experiments/runs/\(name)/run.json")
    #expect(try train.succeed("runs list").output.contains("damaged"))
    try train.fail("runs show \(name)", saying: "\(name)/run.json", "is not the record of a run")
  }

  @Test func aModelsBytesDoNotDependOnItsRun() throws {
    let train = try TrainBinary.withModel()
    try train.succeed("fit --dataset data --quiet")
    for file in try train.contents("models/ranker/1") {
      #expect(try train.data("models/ranker/1/\(file)") == train.data("models/ranker/2/\(file)"), "\(file)")
    }
    try train.succeed("fit --dataset data --quiet --no-run")
    #expect(try train.contents("experiments/runs").count == 1)
  }

  @Test func whatCannotBeRecordedIsAWarning() throws {
    let train = try TrainBinary.withModel()
    try train.write(Data(), to: "file")
    let result = try train.succeed("fit --dataset data --runs file/runs --quiet --json")
    #expect(result.errors.contains("warning: the run is not recorded") && result.errors.contains("file/runs"))
    #expect(try result.json()["model"] as? String == "models/ranker/2")
  }

  @Test func theCommitIsRecorded() throws {
    let train = try TrainBinary.withModel()
    let git = """
      git init -q . && git -c user.name=n -c user.email=e commit -q --allow-empty -m m && git rev-parse HEAD
      """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", git]
    process.currentDirectoryURL = train.folder
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let revision = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    try train.succeed("fit --dataset data --quiet")
    let runs = try #require(try train.succeed("runs list --json").json()["runs"] as? [[String: Any]])
    #expect(runs[0]["git_revision"] as? String == revision)
  }

  @Test func aServerThatIsAwayCostsNothingButTheSending() throws {
    let train = try TrainBinary.withModel()
    let address = try SmallHTTPServer { _, _ in .init(401) }
    let result = try train("fit --dataset data --quiet --json --mlflow \(address.address)")
    #expect(try result.code == 1 && result.json()["model"] as? String == "models/ranker/2")
    let runs = try #require(try train.succeed("runs list --json").json()["runs"] as? [[String: Any]])
    let path = try #require(runs[0]["path"] as? String)
    #expect(runs[0]["state"] as? String == "done")
    #expect(result.errors.contains("MLFLOW_TRACKING_TOKEN"))
    #expect(result.errors.contains("train runs push \(path) --mlflow \(address.address)"))
    try train.fail("runs push \(path) --mlflow \(address.address)", saying: "refuses access")
  }

  @Test func wrongUsage() throws {
    let train = try TrainBinary()
    try train.fail("fit --dataset d --mlflow mlflow", code: 64, saying: "expected http://HOST:PORT")
    try train.fail("fit --dataset d --mlflow http://u:p@h", code: 64, saying: "MLFLOW_TRACKING_USERNAME")
    try train.fail("eval --model m --dataset d --no-run --mlflow http://h:1", code: 64, saying: "--no-run")
    try train.fail("runs push x", code: 64, saying: "--mlflow")
    try train.fail("runs list --last 0", code: 64, saying: "--last")
    try train.fail("runs list --command guess", code: 64, saying: "--command")
    try train.fail("runs show x", saying: "experiments/runs", "holds no run \"x\"")
    #expect(try train.contents() == [])
  }

  @Test func helpShowsAnExample() throws {
    let train = try TrainBinary()
    for command in ["runs list", "runs show", "runs push", "models export", "models import"] {
      #expect(try train.succeed("\(command) --help").output.contains("  train \(command) "), "\(command)")
    }
  }
}
