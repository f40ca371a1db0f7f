/// The rows of a sample from the highest score to the lowest, and which of them are tied.
///
/// Sorted once, every weighting of the same rows (each replicate of a bootstrap) is a linear pass.
struct ScoreOrder: Sendable {
  /// Rows by descending score; rows of equal score in row order.
  let rows: [UInt32]
  /// For each place in `rows`, 1 if the next row has a lower score or there is none.
  let endsTie: [UInt8]

  /// Sorts finite scores.
  ///
  /// - Complexity: O(n) by radix sort; 16 bytes a row while it runs, 5 to keep.
  init(scores: [Double], threads: Int) {
    let count = scores.count
    var endsTie = [UInt8](repeating: 0, count: count)
    rows = [UInt32](unsafeUninitializedCapacity: count) { rows, initializedCount in
      let rows = UnsafeMutableBufferPointer(rebasing: rows.prefix(count))
      endsTie.withUnsafeMutableBufferPointer { endsTie in
        scores.withUnsafeBufferPointer { scores in
          Self.fill(rows: rows, endsTie: endsTie, scores: scores, threads: threads)
        }
      }
      initializedCount = count
    }
    self.endsTie = endsTie
  }

  private static func fill(
    rows: UnsafeMutableBufferPointer<UInt32>, endsTie: UnsafeMutableBufferPointer<UInt8>,
    scores: UnsafeBufferPointer<Double>, threads: Int
  ) {
    guard !scores.isEmpty else { return }
    withScorePartition(scores, threads: threads) { row, key in
      KeyedRow(key: ~key, row: UInt32(truncatingIfNeeded: row))
    } _: { records, buckets in
      forEachTask(buckets.spans.count, threads: threads, makeState: { RadixSorter<KeyedRow>() }) { sorter, task in
        for bucket in buckets.spans[task] {
          let part = buckets.records(of: bucket)
          guard !part.isEmpty else { continue }
          sorter.sort(UnsafeMutableBufferPointer(rebasing: records[part]))
          // Buckets ascend with the score and the order descends: the bucket's place, counted from the end.
          let shift = scores.count - part.upperBound - part.lowerBound
          for index in part {
            let isLast = index + 1 == part.upperBound || records[index + 1].key != records[index].key
            rows[index + shift] = records[index].row
            endsTie[index + shift] = isLast ? 1 : 0
          }
        }
      }
    }
  }

  /// Calls `body` with the rows of each tie, from the highest score to the lowest.
  @inline(__always) func forEachTie(_ body: (ArraySlice<UInt32>) -> Void) {
    var first = 0
    for place in 0..<rows.count where endsTie[place] != 0 {
      body(rows[first...place])
      first = place + 1
    }
  }
}
