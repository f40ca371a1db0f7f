import Datasets
import Foundation
import Models
import Testing

@testable import Evaluation

@Suite struct EvaluationTests {
  static let scaling = FeatureScaling(features: ["a", "position"], mean: [1, 2], scale: [2, 4])
  static let model = LinearModel(features: ["a", "position"], coefficients: [0.5, -1], intercept: 0.25)

  /// Three requests of two rows; the position of each row is its second feature.
  func dataset(in folder: URL, labels: [UInt8] = [1, 0, 0, 1, 0, 0], positionIsServed: Bool = true) throws -> Dataset {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    func save(_ name: String, _ header: String, _ data: some Sequence<UInt8>) throws {
      let text = "{\(header)}"
      let padded = text + String(repeating: " ", count: 117 - text.utf8.count) + "\n"
      try Data([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(padded.utf8) + Array(data))
        .write(to: folder.appendingPathComponent(name))
    }
    let features: [Float] = [3, 1, 1, 2, 0, 1, 5, 2, 2, 1, 2, 2]
    try save(
      "X.npy", "'descr': '<f4', 'fortran_order': False, 'shape': (6, 2), ", features.withUnsafeBytes { Array($0) })
    try save("y.npy", "'descr': '|u1', 'fortran_order': False, 'shape': (6,), ", labels)
    try save(
      "g.npy", "'descr': '<i8', 'fortran_order': False, 'shape': (6,), ",
      [Int64](arrayLiteral: 1, 1, 2, 2, 3, 3).withUnsafeBytes { Array($0) })
    var arrays = ArrayImport(
      features: folder.appendingPathComponent("X.npy").path, labels: folder.appendingPathComponent("y.npy").path)
    arrays.groups = folder.appendingPathComponent("g.npy").path
    arrays.featureNames = ["a", "position"]
    arrays.split = .none
    let path = folder.appendingPathComponent("dataset").path
    _ = try arrays.write(to: path)
    return try Dataset(path: path)
  }

  func withDataset(labels: [UInt8] = [1, 0, 0, 1, 0, 0], _ body: (Dataset) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("evaluation-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(try dataset(in: folder, labels: labels))
  }

  func value(_ name: String, _ metrics: [Evaluation.Metric]?) -> Double? {
    metrics?.first { $0.name == name }?.value?.value
  }

  /// The reference, from the scores written out by hand:
  ///
  ///     python3 -c "
  ///     import numpy as np; from sklearn.metrics import *
  ///     X = np.array([[3,1],[1,2],[0,1],[5,2],[2,1],[2,2]]); y = np.array([1,0,0,1,0,0])
  ///     z = .25 + .5*(X[:,0]-1)/2 - (X[:,1]-2)/4; p = 1/(1+np.exp(-z))
  ///     print(roc_auc_score(y, z), log_loss(y, p), brier_score_loss(y, p), average_precision_score(y, z))
  ///     print(np.mean([ndcg_score([y[i:i+2]], [z[i:i+2]], k=5) for i in (0, 2)]))"
  ///     1.0 0.7213362664860482 0.26712483344526056 1.0
  ///     1.0
  @Test func agreesWithScikitLearn() throws {
    try withDataset { dataset in
      let evaluation = try Evaluation(
        scorer: Scorer(model: Self.model, scaling: Self.scaling), split: try dataset.split(.train),
        dataset: dataset.description, options: .init(replicates: 50, seed: 1))
      #expect(value("auc", evaluation.metrics) == 1)
      #expect(abs(value("log_loss", evaluation.metrics)! - 0.7213362664860482) < 1e-12)
      #expect(abs(value("brier", evaluation.metrics)! - 0.26712483344526056) < 1e-12)
      #expect(value("ndcg@5", evaluation.metrics) == 1)
      #expect(evaluation.rows == 6 && evaluation.positives == 2)
      #expect(evaluation.requests == 3 && evaluation.requestsUsed == 2)
      // Classes that the scores separate have no calibration line.
      let undefined = evaluation.metrics.filter { $0.value == nil }.map(\.name)
      #expect(undefined == ["calibration_slope", "calibration_intercept"])
      #expect(
        evaluation.metrics.allSatisfy { metric in
          metric.name == "ece" || metric.value.map { $0.low! <= $0.value + 1e-12 } ?? true
        })
      // A constant score is worth (1 + 1/log2(3)) / 2 in a request of two.
      let random = try #require(evaluation.baselines.first { $0.name == "random" })
      #expect(abs(value("ndcg@5", random.metrics)! - (1 + 1 / log2(3.0)) / 2) < 1e-12)
      #expect(abs(random.ndcgDifference!.value - (1 - 1 / log2(3.0)) / 2) < 1e-12)
    }
  }

  @Test func asServedScoresEveryPositionAlike() throws {
    try withDataset { dataset in
      let split = try dataset.split(.train)
      let scorer = Scorer(model: Self.model, scaling: Self.scaling)
      let served = scorer.logOdds(split: split, servingValues: [.init(column: 1, value: 1)])
      // 0.25 + 0.5·(a − 1)/2 − (1 − 2)/4, with a = 3, 1, 0, 5, 2, 2.
      let byHand: [Double] = [1, 0.5, 0.25, 1.5, 0.75, 0.75]
      #expect(zip(served, byHand).allSatisfy { abs($0 - $1) < 1e-12 })
      var description = dataset.description
      description.servingValues = [.init(column: 1, value: 1)]
      let evaluation = try Evaluation(scorer: scorer, split: split, dataset: description, options: .init(replicates: 0))
      #expect(value("auc", evaluation.asServed) != nil)
      #expect(try Evaluation(scorer: scorer, split: split, dataset: dataset.description).asServed == nil)
    }
  }

  @Test func oneClassLeavesMetricsUndefined() throws {
    try withDataset(labels: [0, 0, 0, 0, 0, 0]) { dataset in
      for replicates in [0, 20] {
        let evaluation = try Evaluation(
          scorer: Scorer(model: Self.model, scaling: Self.scaling), split: try dataset.split(.train),
          dataset: dataset.description, options: .init(replicates: replicates))
        #expect(value("auc", evaluation.metrics) == nil && value("ndcg@5", evaluation.metrics) == nil)
        #expect(value("log_loss", evaluation.metrics) != nil)
        #expect(evaluation.requestsUsed == 0)
      }
    }
  }

  @Test func anEmptySideIsAnError() throws {
    try withDataset { dataset in
      #expect(throws: DatasetError.self) {
        try Evaluation(
          scorer: Scorer(model: Self.model, scaling: Self.scaling), split: try dataset.split(.test),
          dataset: dataset.description)
      }
    }
  }
}
