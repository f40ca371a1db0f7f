import Foundation
import Testing

/// `train metrics` and `train ope`: arrays in, numbers out.
@Suite struct MetricsCommandTests {
  /// Saves numbers as NumPy would.
  private func save(_ values: [Double], shape: String? = nil, to name: String, in train: TrainBinary) throws {
    let text = "{'descr': '<f8', 'fortran_order': False, 'shape': (\(shape ?? "\(values.count),")), }"
    let header = text + String(repeating: " ", count: 117 - text.utf8.count) + "\n"
    let bytes = [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8)
    try train.write(Data(bytes) + values.withUnsafeBytes { Data($0) }, to: name)
  }

  @Test func yourOwnScoresAreMeasured() throws {
    let train = try TrainBinary()
    try save([0.9, 0.2, 0.6, 0.4, 0.7, 0.7], to: "s.npy", in: train)
    try save([1, 0, 0, 1, 0, 1], to: "y.npy", in: train)
    try save([1, 1, 2, 2, 3, 3], to: "g.npy", in: train)
    let report = try train.succeed(
      "metrics --scores s.npy --labels y.npy --group g.npy --proposition g.npy --kind probability --k 1,2 --curves --json"
    )
    .json()
    let metrics = try #require(report["metrics"] as? [String: Any])
    func value(_ name: String) -> Double? { (metrics[name] as? [String: Double])?["value"] }
    #expect(abs(value("auc")! - 6.5 / 9) < 1e-12)
    #expect(abs(value("mrr")! - (1 + 0.5 + 0.75) / 3) < 1e-12 && abs(value("hit_rate@1")! - 0.5) < 1e-12)
    #expect(value("coverage@1") == 1 && value("brier") != nil && value("calibration_slope") != nil)
    #expect((metrics["auc"] as? [String: Double])?["low"] != nil)
    #expect((report["operating_points"] as? [Any])?.count == 6 && (report["reliability"] as? [Any])?.count == 10)
    #expect(report["requests_with_positive"] as? Int == 3)
    let plain = try train.succeed("metrics --scores s.npy --labels y.npy --bootstrap 0").output
    #expect(plain.contains("average_precision") && !plain.contains("brier"))
  }

  @Test func badArraysAreNamed() throws {
    let train = try TrainBinary()
    try save([0.5, 1.5], to: "s.npy", in: train)
    try save([1, 2], to: "bad.npy", in: train)
    try save([1, 0], to: "y.npy", in: train)
    try save([1, 0, 1], to: "long.npy", in: train)
    try train.fail("metrics --scores s.npy --labels bad.npy", saying: "bad.npy", "row 1", "expected 0 or 1")
    try train.fail("metrics --scores s.npy --labels y.npy --kind probability", saying: "s.npy", "row 1", "1.5")
    try train.fail("metrics --scores s.npy --labels long.npy", saying: "long.npy", "expected [2]")
    try train.fail("metrics --scores s.npy --labels y.npy --weight long.npy", saying: "long.npy")
    try train.fail("metrics --scores s.npy --labels y.npy --k 0", code: 64, saying: "--k")
    try train.fail("metrics --scores s.npy --labels y.npy --curves", code: 64, saying: "--json")
  }

  @Test func anotherPolicyIsEvaluated() throws {
    let train = try TrainBinary()
    try save([1, 0, 1, 0], to: "r.npy", in: train)
    try save([0.5, 0.5, 0.5, 0.5], to: "p.npy", in: train)
    try save([0, 1, 0, 1], to: "a.npy", in: train)
    try save([0.75, 0.25, 0.75, 0.25, 0.75, 0.25, 0.75, 0.25], shape: "4, 2", to: "pi.npy", in: train)
    try save([0.5, 0.25, 0.5, 0.25, 0.5, 0.25, 0.5, 0.25], shape: "4, 2", to: "q.npy", in: train)
    let report = try train.succeed(
      "ope --reward r.npy --propensity p.npy --action a.npy --policy pi.npy --expected q.npy --json"
    ).json()
    let estimates = try #require(report["estimates"] as? [String: [String: Double]])
    #expect(estimates["ips"]?["value"] == 0.75 && estimates["snips"]?["value"] == 0.75)
    // 0.4375 + mean of 1.5·0.5 and 0.5·(−0.25)
    #expect(estimates["dm"]?["value"] == 0.4375 && estimates["dr"]?["value"] == 0.75)
    #expect(report["effective_sample_size"] as? Double == 3.2)
    let text = try train.succeed("ope --reward r.npy --propensity p.npy --action a.npy --policy pi.npy").output
    #expect(text.contains("snips") && text.contains("warning: the effective sample size is 3"))
    try train.fail("ope --reward r.npy --propensity r.npy --action a.npy --policy pi.npy", saying: "row 1", "above 0")
    try train.fail("ope --reward r.npy --propensity p.npy --policy pi.npy", saying: "pi.npy", "--action")
    try train.fail("ope --reward r.npy --propensity p.npy --policy p.npy --clip 0", code: 64, saying: "--clip")
  }

  @Test func positionBiasStandsBelowTheEvaluation() throws {
    let train = try TrainBinary.withModel()
    let report = try train.succeed(
      "eval --model models/ranker/1 --dataset data --split train --bootstrap 20 --bootstrap-by user --position-bias --json"
    ).json()
    let bias = try #require(report["position_bias"] as? [String: Any])
    let places = try #require(bias["places"] as? [[String: Any]])
    #expect(places.map { $0["position"] as? Int } == Array(1...8))
    #expect((places[0]["examination"] as? [String: Double])?["value"] == 1)
    #expect(Set((bias["rankings"] as? [String: Any] ?? [:]).keys) == ["model", "logged_order", "random"])
    let text = try train.succeed(
      "eval --model models/ranker/1 --dataset data --bootstrap 0 --position-bias"
    ).output
    #expect(text.contains("examination") && text.contains("by reweighted clicks"))
  }
}
