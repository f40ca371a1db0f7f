import Foundation
import Models
import TestSupport
import Testing

@testable import Tracking

extension RunRecord.DatasetReference {
  static let tiny = RunRecord.DatasetReference(
    name: "demo", path: "datasets/demo", fingerprint: "ab12", split: "train", rows: 42)
}

@Suite("A run's folder")
struct RunRecorderTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  func recorder(model: String = "ranker") throws -> RunRecorder {
    try RunRecorder(
      root: folder.file("runs"), command: "fit", arguments: ["fit", "--dataset", "datasets/demo"], dataset: .tiny,
      model: .init(name: model), parameters: ["l2": .number(1)])
  }

  var store: RunStore { RunStore(root: folder.file("runs")) }

  @Test("It is there from the beginning, and whole at the end")
  func life() throws {
    let recorder = try recorder()
    let begun = try store.run(recorder.path)
    #expect(begun.record.status == .running && begun.record.ended == nil && !begun.isInterrupted)
    recorder.step(["objective": 2.5, "gradient_norm": 0.1])
    recorder.step(["objective": .infinity, "gradient_norm": 1e-9])
    recorder.set(["l2": .number(3), "solver": .text("newton")])
    recorder.set(["validation/auc": MetricValue(value: 0.75, low: 0.5, high: 0.875)])
    try recorder.add(Data("report".utf8), as: "report.html")
    try recorder.finish()

    let run = try store.run(recorder.path)
    #expect(try run.record.encoded() == recorder.folder.record.encoded())
    #expect(run.record.status == .done && run.record.error == nil)
    #expect(try #require(run.record.seconds) >= 0)
    #expect(run.record.parameters == ["l2": .number(3), "solver": .text("newton")])
    #expect(run.record.metrics["validation/auc"]?.low == 0.5)
    #expect(run.record.artifacts.map(\.path) == ["report.html"])
    #expect(run.path(of: run.record.artifacts[0]) == "\(run.path)/report.html")
    let steps = try run.steps()
    #expect(steps.map(\.step) == [0, 1])
    #expect(steps.map(\.values) == [["objective": 2.5, "gradient_norm": 0.1], ["gradient_norm": 1e-9]])
    let names = try FileManager.default.contentsOfDirectory(atPath: run.path).sorted()
    #expect(names == ["metrics.jsonl", "report.html", "run.json"])
  }

  @Test("A failure is kept with its words")
  func failure() throws {
    let recorder = try recorder()
    try recorder.finish(error: "row 3 is not finite")
    let record = try store.run(recorder.path).record
    #expect(record.status == .failed && record.error == "row 3 is not finite")
  }

  @Test("A run whose process is gone without an end is interrupted")
  func interrupted() throws {
    var recorder: RunRecorder? = try recorder()
    let path = try #require(recorder?.path)
    recorder?.step(["objective": 1])
    recorder = nil
    let run = try store.run(path)
    #expect(run.record.status == .running && run.isInterrupted)
    #expect(try run.steps().count == 1)
  }

  @Test("Many at once get a folder each")
  func concurrency() async throws {
    let root = folder.file("runs")
    let paths = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<40 {
        group.addTask {
          let recorder = try RunRecorder(
            root: root, command: "fit", arguments: [], dataset: .tiny, model: .init(name: "ranker"), parameters: [:])
          recorder.step(["objective": 1])
          try recorder.finish()
          return recorder.path
        }
      }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(paths.count == 40 && store.names().count == 40)
    #expect(try store.names().allSatisfy { try RunFolder(path: "\(root)/\($0)").record.status == .done })
  }

  @Test("A model's name does not lead out of the folder")
  func slash() throws {
    let recorder = try recorder(model: "../x")
    #expect(store.names() == [recorder.folder.record.name])
  }

  @Test("A line that a crash cut is left out, a damaged one is an error that names it")
  func damagedSteps() throws {
    let recorder = try recorder()
    recorder.step(["objective": 1])
    let file = "\(recorder.path)/metrics.jsonl"
    let whole = try Data(contentsOf: URL(fileURLWithPath: file))
    try (whole + whole.dropLast(5)).write(to: URL(fileURLWithPath: file))
    #expect(try recorder.folder.steps().count == 1)
    try (whole.dropLast(5) + Data("\n".utf8)).write(to: URL(fileURLWithPath: file))
    let error = #expect(throws: TrackingError.self) { try recorder.folder.steps() }
    #expect("\(try #require(error))".hasPrefix("\(file):1: is not a step of a run: "))
  }

  @Test("Runs are found by name, part of a name or folder; nothing else is")
  func lookup() throws {
    let (one, two) = (try recorder(model: "one"), try recorder(model: "two"))
    #expect(try store.run(one.folder.record.name).path == one.path)
    #expect(try store.run("-two-").path == two.path)
    #expect(throws: TrackingError.self) { try store.run("fit") }
    #expect(throws: TrackingError.self) { try store.run("three") }
    #expect(throws: TrackingError.self) { try RunStore(root: folder.file("nowhere")).run("one") }
  }
}
