import Foundation
import LinAlg
import TestSupport
import Testing

@testable import Learning

@Suite("Rows in a file")
struct FileRowsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// `rows` in a file, after a header of 128 bytes.
  private func file(_ rows: SyntheticRows, windowBytes: Int) throws -> FileRows {
    let path = try folder.write(
      [UInt8](repeating: 0x7f, count: 128) + rows.features.withUnsafeBytes { Array($0) }, to: "X.npy")
    return FileRows(
      path: path, offset: 128, rows: rows.labels.count, columns: rows.columns, windowBytes: windowBytes)
  }

  @Test(
    "Scaler, fit and standard errors are the same bytes as from memory",
    arguments: LogisticRegression.Solver.allCases, [0, 5000, 1 << 20])
  func sameBytes(solver: LogisticRegression.Solver, windowBytes: Int) throws {
    let rows = SyntheticRows(.init(rows: 50_000, columns: 11, seed: 81, weights: "fractional"))
    let file = try file(rows, windowBytes: windowBytes)
    let regression = LogisticRegression(.init(solver: solver, threads: 3))
    let offsets = Array(stride(from: 0, through: 50_000, by: 20))
    try rows.withData { memory in
      let streamed = TrainingData(features: file, labels: memory.labels, weights: memory.weights)
      let scaler = try StandardScaler.fit(streamed, threads: 3)
      #expect(try scaler == StandardScaler.fit(memory, threads: 2))
      let fit = try regression.fit(streamed, scaler: scaler)
      let expected = try regression.fit(memory, scaler: scaler)
      #expect(fit.coefficients == expected.coefficients && fit.report.converged)
      for offsets in [nil, offsets] {
        #expect(
          try regression.covariance(of: fit.coefficients, streamed, scaler: scaler, requestOffsets: offsets)
            == regression.covariance(of: fit.coefficients, memory, scaler: scaler, requestOffsets: offsets))
      }
    }
  }

  @Test("A window holds what was announced, and any piece is right", arguments: [0, 64, 1000])
  func windows(windowBytes: Int) throws {
    let rows = SyntheticRows(columns: 3, features: (0..<900).map(Float.init), labels: [UInt8](repeating: 0, count: 300))
    let reader = try file(rows, windowBytes: windowBytes).makeReader()
    var generator = SeededGenerator(seed: 82)
    for draw in 0..<500 {
      let lower = Int.random(in: 0..<300, using: &generator)
      let upper = Int.random(in: lower + 1...300, using: &generator)
      if draw % 3 == 0 { reader.announce(lower..<300) }
      let values = try reader.read(lower..<upper)
      #expect(values[0] == Float(lower * 3) && values[(upper - lower) * 3 - 1] == Float(upper * 3 - 1))
    }
  }

  @Test("A file that is cut, or gone, is named, with the rows and the byte at which it ends")
  func cutFile() throws {
    let rows = SyntheticRows(.init(rows: 3000, columns: 4, seed: 83))
    let file = try file(rows, windowBytes: 0)
    try rows.withData { memory in
      let streamed = TrainingData(features: file, labels: memory.labels)
      let scaler = try StandardScaler.fit(streamed, threads: 2)
      let handle = try #require(FileHandle(forWritingAtPath: file.path))
      try handle.truncate(atOffset: 20_000)
      let error = try #require(
        #expect(throws: RowReadError.self) { try LogisticRegression().fit(streamed, scaler: scaler) })
      #expect(error.description.hasPrefix(file.path) && error.description.contains("ends at byte 20000"), "\(error)")
      try FileManager.default.removeItem(atPath: file.path)
      #expect(throws: RowReadError(path: file.path, rows: 0..<3000, code: 2)) {
        try StandardScaler.fit(streamed, threads: 1)
      }
    }
  }

  @Test("The first value that is not a number is named")
  func nonFinite() throws {
    var rows = SyntheticRows(.init(rows: 3000, columns: 4, seed: 84))
    rows.features[2500 * 4 + 1] = .nan
    let file = try file(rows, windowBytes: 100)
    rows.withData { memory in
      let streamed = TrainingData(features: file, labels: memory.labels)
      #expect(throws: LearningError.nonFinite(row: 2500, feature: 1)) { try StandardScaler.fit(streamed) }
    }
  }
}
