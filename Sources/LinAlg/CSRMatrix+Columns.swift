extension CSRMatrix {
  /// The columns with entries, those with the most first and ties by number: what they are in this matrix.
  ///
  /// - Complexity: O(entries + columns · threads + rows).
  public func columnsByFrequency(threads: Int = 1) -> [Int32] {
    let parts = RowChunks(rows: rows, blockRows: 1, atMost: max(1, threads))
    let partial = Parallel.map(parts.count, threads: threads) { part in
      var counts = [Int32](repeating: 0, count: columns)
      counts.withUnsafeMutableBufferPointer { counts in
        for entry in entries(ofRows: parts[part]) { counts[Int(indices[entry])] += 1 }
      }
      return counts
    }
    guard var counts = partial.first else { return [] }
    for other in partial.dropFirst() {
      for column in 0..<columns { counts[column] += other[column] }
    }
    // A counting sort: a column has at most one entry a row.
    var starts = [Int](repeating: 0, count: Int(counts.max() ?? 0) + 2)
    for count in counts where count > 0 { starts[Int(count)] += 1 }
    var next = 0
    for count in starts.indices.reversed() where count > 0 {
      (starts[count], next) = (next, next + starts[count])
    }
    var order = [Int32](repeating: 0, count: next)
    for (column, count) in counts.enumerated() where count > 0 {
      order[starts[Int(count)]] = Int32(truncatingIfNeeded: column)
      starts[Int(count)] += 1
    }
    return order
  }

  /// The matrix of the columns `order` names, in its order: the columns without entries dropped, the others renumbered.
  ///
  /// The entries of a row stay in the order that they had, so that its columns need not ascend any more: products do
  /// not mind, and nothing has to be sorted.
  ///
  /// - Precondition: `order` names columns of this matrix that hold every entry, each once.
  /// - Complexity: O(entries + columns).
  public func renumbered(_ order: [Int32], threads: Int = 1) -> CSRMatrix {
    var numbers = [Int32](repeating: -1, count: columns)
    for (number, column) in order.enumerated() { numbers[Int(column)] = Int32(truncatingIfNeeded: number) }
    let storage = CSRStorage(rows: 0, entries: entries, hasValues: false)
    let parts = RowChunks(rows: entries, blockRows: 1, atMost: max(1, threads))
    numbers.withUnsafeBufferPointer { numbers in
      nonisolated(unsafe) let numbers = numbers
      Parallel.forEach(parts.count, threads: threads) { part in
        for entry in parts[part] {
          let number = numbers[Int(indices[entry])]
          precondition(number >= 0, "column \(indices[entry]) has entries, but no new number")
          storage.indices.initializeElement(at: entry, to: number)
        }
      }
    }
    return CSRMatrix(replacingIndicesOf: self, by: storage, columns: order.count)
  }

  /// The largest absolute value of each column, 0 for a column without entries.
  ///
  /// - Complexity: O(entries + columns).
  public func largestMagnitudes() -> [Float] {
    var largest = [Float](repeating: 0, count: columns)
    for entry in 0..<entries {
      let column = Int(indices[entry])
      largest[column] = max(largest[column], values.map { abs($0[entry]) } ?? 1)
    }
    return largest
  }
}
