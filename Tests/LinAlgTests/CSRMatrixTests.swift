import LinAlg
import Testing

@Suite("Sparse matrices")
struct CSRMatrixTests {
  /// Seeded entries, about one in six, and the same matrix in full.
  private func sample(
    rows: Int, columns: Int, seed: UInt64, hasValues: Bool
  ) throws -> (sparse: CSRMatrix, full: [[Double]]) {
    var generator = Draws(seed: seed)
    var (offsets, indices, values): ([Int64], [Int32], [Float]) = ([0], [], [])
    var full = [[Double]](repeating: [Double](repeating: 0, count: columns), count: rows)
    for row in 0..<rows {
      for column in 0..<columns where generator.next() % 6 == 0 {
        let value = hasValues ? Float(generator.next() % 64) / 8 - 4 : 1
        indices.append(Int32(column))
        values.append(value)
        full[row][column] = Double(value)
      }
      offsets.append(Int64(indices.count))
    }
    return (
      try CSRMatrix(columns: columns, offsets: offsets, indices: indices, values: hasValues ? values : nil), full
    )
  }

  @Test("X·v is the dense product, at any number of threads", arguments: [false, true], [1, 3])
  func multiply(hasValues: Bool, threads: Int) throws {
    let (sparse, full) = try sample(rows: 300, columns: 40, seed: 1, hasValues: hasValues)
    let vector = (0..<40).map { Double($0) / 4 - 3 }
    // Eighths and quarters: every sum is exact.
    let expected = full.map { zip($0, vector).reduce(0.5) { $0 + $1.0 * $1.1 } }
    #expect(sparse.multiply(vector, plus: 0.5, threads: threads) == expected)
  }

  @Test("The transpose has the entries the other way round", arguments: [false, true], [1, 2, 5])
  func transposed(hasValues: Bool, threads: Int) throws {
    let (sparse, full) = try sample(rows: 70, columns: 33, seed: 2, hasValues: hasValues)
    let transposed = sparse.transposed(threads: threads)
    #expect(transposed.rows == 33 && transposed.columns == 70 && transposed.entries == sparse.entries)
    for column in 0..<33 {
      let entries = transposed.entries(of: column)
      #expect(
        entries.map { Int(transposed.indices[$0]) }
          == (0..<70).filter { full[$0][column] != 0 || isStored($0, column, sparse) })
      for entry in entries {
        #expect(Double(transposed.values?[entry] ?? 1) == full[Int(transposed.indices[entry])][column])
      }
    }
  }

  private func isStored(_ row: Int, _ column: Int, _ matrix: CSRMatrix) -> Bool {
    matrix.entries(of: row).contains { matrix.indices[$0] == column }
  }

  @Test("Columns by falling frequency, ties by number, those without entries left out", arguments: [1, 2, 4])
  func frequency(threads: Int) throws {
    let matrix = try CSRMatrix(
      columns: 6, offsets: [0, 2, 4, 7, 7], indices: [1, 4, 2, 4, 1, 2, 4], values: [1, 2, 3, 4, 5, 6, 7])
    #expect(matrix.columnsByFrequency(threads: threads) == [4, 1, 2])
    let renumbered = matrix.renumbered([4, 1, 2], threads: threads)
    #expect(renumbered.columns == 3)
    #expect(Array(renumbered.indices) == [1, 0, 2, 0, 1, 2, 0])
    #expect(renumbered.multiply([1, 10, 100]) == [12, 304, 657, 0])
    #expect(try CSRMatrix(columns: 3, offsets: [0, 0], indices: []).columnsByFrequency() == [])
  }

  @Test("What breaks the form is named")
  func invariants() {
    func error(_ columns: Int, _ offsets: [Int64], _ indices: [Int32], _ values: [Float]? = nil) -> CSRError? {
      do {
        _ = try CSRMatrix(columns: columns, offsets: offsets, indices: indices, values: values)
        return nil
      } catch { return error }
    }
    #expect(error(3, [0, 2, 3], [0, 2, 1]) == nil)
    #expect(error(3, [0, 2, 3], [0, 3, 1]) == .column(row: 0, column: 3, columns: 3))
    #expect(error(3, [0, 2, 3], [0, 1, -1]) == .column(row: 1, column: -1, columns: 3))
    #expect(error(3, [0, 2, 3], [2, 1, 1]) == .unordered(row: 0, column: 1))
    #expect(error(3, [0, 0, 2], [1, 1]) == .unordered(row: 1, column: 1))
    #expect(error(3, [0, 1, 2], [1, 2], [1, .nan]) == .nonFinite(row: 1, column: 2))
    #expect(error(3, [0, 1, 2], [1, 2], [-.infinity, 1]) == .nonFinite(row: 0, column: 1))
    for (offsets, values) in [([0, 1], nil), ([1, 2], nil), ([0, 2, 1, 2], nil), ([0, 2], [Float(1)])]
      as [([Int64], [Float]?)]
    {
      guard case .shape = error(3, offsets, [0, 1], values) else {
        Issue.record("\(offsets) passed")
        continue
      }
    }
  }
}

/// A linear congruential generator: the same matrix every time.
private struct Draws {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }
}
