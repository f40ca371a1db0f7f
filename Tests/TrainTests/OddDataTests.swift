import Foundation
import Testing

/// The table of docs/data-scientists.md, "Data that fits stumble over", through the binary.
@Suite struct OddDataTests {
  private static let solvers = ["auto", "newton", "nested", "newton-cg", "lbfgs"]

  private struct Numbers {
    var state: UInt64 = 7
    /// From −1 to 1.
    mutating func next() -> Float {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(state >> 40) * 0x1p-23 - 1
    }
  }

  /// Rows, labels and weights of a case.
  private func arrays(_ name: String) -> (rows: [[Float]], labels: [UInt8], weights: [Float]?) {
    var numbers = Numbers()
    let (n, d) = name == "fewer rows" ? (12, 20) : (200, 4)
    var rows = (0..<n).map { _ in (0..<d).map { _ in numbers.next() } }
    let noise: Float = name == "separable" ? 0 : 2
    let labels = rows.map { $0[0] - $0[1] + noise * numbers.next() > 0 ? UInt8(1) : 0 }
    switch name {
    case "constant": for i in 0..<n { rows[i][2] = 0.1 }
    case "duplicate": for i in 0..<n { rows[i][3] = rows[i][0] }
    case "zero row": rows[17] = [0, 0, 0, 0]
    case "huge": for i in 0..<n { rows[i][0] *= 1e30 }
    case "weights of zero": return (rows, labels, (0..<n).map { $0 % 3 == 0 ? 0 : 1.5 })
    default: break
    }
    return (rows, labels, nil)
  }

  @Test(arguments: ["separable", "fewer rows", "constant", "duplicate", "zero row", "huge", "weights of zero"])
  func everySolverHasAModel(_ name: String) throws {
    let train = try TrainBinary()
    let (rows, labels, weights) = arrays(name)
    try train.writeArrays(rows: rows, labels: labels, weights: weights)
    let weight = weights == nil ? "" : "--weight w.npy"
    try train.succeed("dataset import-npy --X X.npy --y y.npy \(weight) --split none --out data --quiet")
    for l2 in [0, 1] {
      var objectives: [Double] = []
      for solver in Self.solvers {
        let fit = try train.succeed("fit --dataset data --l2 \(l2) --solver \(solver) --json --quiet").json()
        #expect(fit["converged"] as? Bool == true)
        objectives.append(try #require(fit["objective"] as? Double))
      }
      for objective in objectives {
        #expect(abs(objective - objectives[1]) <= 1e-9 * objectives[1] + 1e-5, "\(name), l2 \(l2): \(objectives)")
      }
    }
    for version in 1...10 { try train.succeed("models verify models/ranker/\(version) --quiet") }
  }

  @Test func oneLabelNoWeightAndNaNAreErrors() throws {
    let train = try TrainBinary()
    try train.writeArrays(rows: [[1], [2], [3]], labels: [1, 1, 1], weights: [1, 1, 1])
    try train.succeed("dataset import-npy --X X.npy --y y.npy --split none --out one --quiet")
    for solver in Self.solvers {
      try train.fail("fit --dataset one --solver \(solver) --quiet", saying: "all 3 weighted rows have label 1")
    }
    try train.writeArrays(rows: [[1], [2], [.nan]], labels: [0, 1, 1], weights: [0, 0, 0])
    try train.fail("dataset import-npy --X X.npy --y y.npy --split none --out nan", saying: "row 2")
    #expect(try !train.contents().contains("models"))
  }
}

extension TrainBinary {
  /// Writes `X.npy`, `y.npy` and, where there are weights, `w.npy`.
  func writeArrays(rows: [[Float]], labels: [UInt8], weights: [Float]? = nil) throws {
    func array(_ type: String, _ shape: String, _ bytes: [UInt8]) -> Data {
      var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(shape)), }"
      header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
      let length = UInt16(header.utf8.count)
      return Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 255), UInt8(length >> 8)] + header.utf8 + bytes)
    }
    func bytes(_ values: [Float]) -> [UInt8] {
      values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> ($0 * 8)) } }
    }
    try write(array("<f4", "\(rows.count), \(rows[0].count)", bytes(rows.flatMap { $0 })), to: "X.npy")
    try write(array("|u1", "\(labels.count),", labels), to: "y.npy")
    if let weights { try write(array("<f4", "\(weights.count),", bytes(weights)), to: "w.npy") }
  }
}
