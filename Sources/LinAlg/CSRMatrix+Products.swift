extension CSRMatrix {
  /// X·v + addend for each row of `range`, handed to `body` with the row: a sum in float64, in the order of the
  /// entries.
  ///
  /// - Precondition: `vector` has `columns` elements.
  /// - Complexity: O(entries of the rows).
  @inlinable @inline(__always)
  public func forEachProduct<Element: SparseElement>(
    of range: Range<Int>, with vector: UnsafePointer<Element>, plus addend: Double = 0, _ body: (Int, Double) -> Void
  ) {
    guard !range.isEmpty else { return }
    let starts = offsets.baseAddress.unsafelyUnwrapped
    let columns = indices.baseAddress
    for row in range {
      let (begin, end) = (Int(starts[row]), Int(starts[row + 1]))
      guard begin < end, let columns else {
        body(row, addend)
        continue
      }
      // Four sums, so that the additions need not wait for each other.
      var (a, b, c, d) = (addend, 0.0, 0.0, 0.0)
      var entry = begin
      if let values = values?.baseAddress {
        while entry + 4 <= end {
          a += vector[Int(columns[entry])].double * Double(values[entry])
          b += vector[Int(columns[entry + 1])].double * Double(values[entry + 1])
          c += vector[Int(columns[entry + 2])].double * Double(values[entry + 2])
          d += vector[Int(columns[entry + 3])].double * Double(values[entry + 3])
          entry += 4
        }
        while entry < end {
          a += vector[Int(columns[entry])].double * Double(values[entry])
          entry += 1
        }
      } else {
        while entry + 4 <= end {
          a += vector[Int(columns[entry])].double
          b += vector[Int(columns[entry + 1])].double
          c += vector[Int(columns[entry + 2])].double
          d += vector[Int(columns[entry + 3])].double
          entry += 4
        }
        while entry < end {
          a += vector[Int(columns[entry])].double
          entry += 1
        }
      }
      body(row, (a + b) + (c + d))
    }
  }

  /// X·v, the same bytes at any number of threads.
  ///
  /// - Precondition: `vector` has `columns` elements.
  /// - Complexity: O(entries).
  public func multiply(_ vector: [Double], plus addend: Double = 0, threads: Int = 1) -> [Double] {
    precondition(vector.count == columns, "a vector of \(vector.count) for \(columns) columns")
    var result = [Double](repeating: 0, count: rows)
    let chunks = RowChunks(rows: rows, blockRows: 64, atMost: 256)
    result.withUnsafeMutableBufferPointer { result in
      nonisolated(unsafe) let result = result
      vector.withUnsafeBufferPointer { vector in
        // Rows may all be empty where there is no column.
        guard let base = vector.baseAddress else {
          result.update(repeating: addend)
          return
        }
        Parallel.forEach(chunks.count, threads: threads) { chunk in
          forEachProduct(of: chunks[chunk], with: base, plus: addend) { result[$0] = $1 }
        }
      }
    }
    return result
  }

  /// Xᵀ, itself in compressed sparse row form; the same bytes at any number of threads.
  ///
  /// - Complexity: O(entries + columns · threads).
  public func transposed(threads: Int = 1) -> CSRMatrix {
    let storage = CSRStorage(rows: columns, entries: entries, hasValues: values != nil)
    // Each thread takes a range of rows: it counts their entries by column, and then knows where to put them.
    let parts = RowChunks(rows: rows, blockRows: 1, atMost: max(1, threads))
    var places = Parallel.map(parts.count, threads: threads) { part in
      var counts = [Int64](repeating: 0, count: columns)
      counts.withUnsafeMutableBufferPointer { counts in
        for entry in entries(ofRows: parts[part]) { counts[Int(indices[entry])] += 1 }
      }
      return counts
    }
    var next: Int64 = 0
    for column in 0..<columns {
      storage.offsets.initializeElement(at: column, to: next)
      for part in places.indices {
        let count = places[part][column]
        places[part][column] = next
        next += count
      }
    }
    storage.offsets.initializeElement(at: columns, to: next)
    Parallel.forEach(parts.count, threads: threads) { part in
      var place = places[part]
      place.withUnsafeMutableBufferPointer { place in
        for row in parts[part] {
          for entry in entries(of: row) {
            let column = Int(indices[entry])
            let target = Int(place[column])
            place[column] += 1
            storage.indices.initializeElement(at: target, to: Int32(truncatingIfNeeded: row))
            if let values { storage.values?.initializeElement(at: target, to: values[entry]) }
          }
        }
      }
    }
    return CSRMatrix(unchecked: rows, storage)
  }

  /// Where the entries of some rows are.
  func entries(ofRows range: Range<Int>) -> Range<Int> {
    range.isEmpty ? 0..<0 : Int(offsets[range.lowerBound])..<Int(offsets[range.upperBound])
  }
}

/// A number of the vectors that a sparse matrix is multiplied with.
public protocol SparseElement {
  /// The number in float64.
  var double: Double { get }
}

extension Double: SparseElement {
  /// Itself.
  @inlinable public var double: Double { self }
}

extension Float: SparseElement {
  /// Itself in float64.
  @inlinable public var double: Double { Double(self) }
}
