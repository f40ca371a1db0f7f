import LinAlg
import Testing

@testable import Learning

@Suite("Rows shared by processes")
struct PartitionTests {
  @Test(
    "Any number of ranks finds what one finds, to 1e-9, and all ranks the same bytes",
    arguments: LogisticRegression.Solver.allCases, ["none", "fractional"])
  func sameFit(solver: LogisticRegression.Solver, weights: String) throws {
    let rows = SyntheticRows(.init(rows: 60_000, columns: 12, seed: 71, weights: weights))
    let parameters = LogisticRegression.Parameters(classWeight: .balanced, solver: solver, threads: 1)
    let offsets = Array(stride(from: 0, through: 60_000, by: 10))
    let alone = try #require(try rows.fit(parameters, cuts: [0, 60_000], offsets: offsets).first)
    for cuts in [[0, 29_990, 60_000], [0, 10, 10, 41_230, 60_000]] {
      let ranks = try rows.fit(parameters, cuts: cuts, offsets: offsets)
      for (scaler, fit, covariance) in ranks {
        #expect(fit.report.iterations == alone.1.report.iterations && fit.report.converged)
        #expect(fit.coefficients == ranks[0].1.coefficients && scaler == ranks[0].0)
        expectClose(fit.coefficients, alone.1.coefficients, 1e-9)
        expectClose(covariance, alone.2, 1e-8)
      }
    }
  }

  @Test("What is wrong with a row is told by every rank, with the row's number among all")
  func badRows() throws {
    var rows = SyntheticRows(.init(rows: 900, columns: 4, seed: 72))
    rows.features[700 * 4 + 2] = .nan
    rows.features[650 * 4 + 3] = .infinity
    let bad = rows
    let errors = try ThreadCommunicator.run(3) { communicator in
      try bad.part(communicator.rank * 300..<(communicator.rank + 1) * 300).withData { data in
        let data = TrainingData(
          features: data.features, labels: data.labels, partition: try RowPartition(rows: 300, of: communicator))
        return #expect(throws: LearningError.self) { try StandardScaler.fit(data, threads: 1) }
      }
    }
    #expect(errors == [LearningError?](repeating: .nonFinite(row: 650, feature: 3), count: 3))
  }

  @Test("A row's place is found from its number among all")
  func places() throws {
    let counts = [3, 0, 4]
    let found = try ThreadCommunicator.run(3) { communicator in
      let partition = try RowPartition(rows: counts[communicator.rank], of: communicator)
      return (0..<7).map { [partition.place(of: $0).rank, partition.place(of: $0).row] }
    }
    let expected = [[0, 0], [0, 1], [0, 2], [2, 0], [2, 1], [2, 2], [2, 3]]
    #expect(found == [expected, expected, expected])
  }

  @Test("Blocks that touch a range of rows", arguments: [1, 3, 5])
  func touching(step: Int) {
    let sample = RowSample(rows: 101, blockRows: 8, step: step)
    for lower in 0...101 {
      for upper in lower...101 {
        let expected = (0..<sample.blocks).filter { !sample[$0].clamped(to: lower..<upper).isEmpty }
        #expect(Array(sample.blocks(touching: lower..<upper)) == expected, "\(lower)..<\(upper)")
      }
    }
  }
}
