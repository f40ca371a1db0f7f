import Models
import Testing

@testable import PortableModels

/// The shape of the graph; Tests/Portability/onnx_check.py holds its numbers against `train predict`.
@Suite("Calibration in the ONNX graph")
struct ONNXCalibrationTests {
  /// Every input of a node is there: a tensor, the log-odds, or the output of a node before it; the last is the result.
  func expectWhole(_ part: ONNXCalibration) {
    var known = Set(part.tensors.map(\.name)).union(["log_odds"])
    #expect(known.count == part.tensors.count + 1)
    for node in part.nodes {
      #expect(Set(node.input).isSubset(of: known), "\(node.name)")
      #expect(known.insert(node.output[0]).inserted, "\(node.name)")
    }
    #expect(part.nodes.last?.output == ["probability"])
  }

  @Test("Without one, the sigmoid; with Platt's, a line before it")
  func sigmoids() {
    let plain = ONNXCalibration(nil)
    expectWhole(plain)
    #expect(plain.nodes.map(\.opType) == ["Sigmoid"] && plain.tensors.isEmpty)
    let platt = ONNXCalibration(.init(map: .platt(slope: 2, intercept: -1), split: "validation", rows: 9))
    expectWhole(platt)
    #expect(platt.nodes.map(\.opType) == ["Mul", "Add", "Sigmoid"])
    #expect(platt.tensors.map(\.doubleData) == [[2], [-1]])
  }

  @Test("Isotonic regression: a search of as many steps as the points need", arguments: [1, 2, 3, 4, 5, 1024, 1025])
  func isotonic(count: Int) {
    let points = (0..<count).map(Double.init)
    let part = ONNXCalibration(
      .init(
        map: .isotonic(logOdds: points, probabilities: points.map { $0 / 2000 }), split: "validation", rows: 9))
    expectWhole(part)
    let steps = part.nodes.count { $0.opType == "Where" }
    #expect(1 << steps >= count && (steps == 0 || 1 << (steps - 1) < count))
    let searched = part.tensors[0].doubleData
    #expect(searched.count == 1 << steps && searched.prefix(count).elementsEqual(points))
    #expect(searched.dropFirst(count).allSatisfy { $0 == .infinity })
  }
}
