import Testing

@testable import RankingMetrics

@Suite struct RadixSorterTests {
  /// Keys from wide and narrow ranges, with few and many repeats, against the standard library's sort.
  @Test(arguments: [0, 1, 2, 24, 25, 100, 5000], [0, 1, 3, 12, 40, 64])
  func sortsAndKeepsTheOrderOfEqualKeys(count: Int, bits: Int) {
    var generator = SplitMix64(seed: UInt64(count * 100 + bits))
    let mask = bits == 64 ? UInt64.max : (1 << UInt64(bits)) - 1
    var records = (0..<count).map { row in
      KeyedRow(key: (generator.next() & mask) &+ 0xFFF0_0000_0000_0000, row: UInt32(row))
    }
    let expected = records.sorted { ($0.key, $0.row) < ($1.key, $1.row) }
    records.withUnsafeMutableBufferPointer { records in
      var sorter = RadixSorter<KeyedRow>()
      sorter.sort(records)
    }
    #expect(records.map(\.row) == expected.map(\.row))
    #expect(records.map(\.key) == expected.map(\.key))
  }

  @Test func orderKeysAscendWithScores() {
    let scores: [Double] = [
      -.greatestFiniteMagnitude, -2, -1, -.leastNonzeroMagnitude, 0, .leastNonzeroMagnitude, 1, 1.nextUp, 1e300,
    ]
    for (lower, higher) in zip(scores, scores.dropFirst()) { #expect(orderKey(lower) < orderKey(higher)) }
    #expect(orderKey(0) == orderKey(-0.0))
  }

  @Test(arguments: [0, 1, 50, 20_000, 70_000])
  func rowsDescendByScore(rows: Int) {
    let sample = Sample(seed: 4, rows: rows, levels: 900)
    let order = ScoreOrder(scores: sample.scores, threads: 2)
    let expected = sample.scores.indices.sorted {
      (-sample.scores[$0], $0) < (-sample.scores[$1], $1)
    }
    #expect(order.rows.map(Int.init) == expected)
    for place in order.rows.indices {
      let ends = place + 1 == rows || sample.scores[expected[place]] != sample.scores[expected[place + 1]]
      #expect((order.endsTie[place] == 1) == ends)
    }
  }
}
