public import Datasets
public import Models

extension Scorer {
  /// The log-odds of each row as it was logged, of dense and of sparse rows.
  ///
  /// A dense matrix may be larger than the memory: it is read block by block, and each block is let go once it is scored.
  ///
  /// - Precondition: The features are the model's; `ModelArtifact.requireFeatures` sees to it.
  public func logOdds(of split: DatasetSplit) -> [Double] {
    withExtendedLifetime(split) {
      if let sparse = split.sparse {
        return logOdds(offsets: sparse.offsets, indices: sparse.indices, values: sparse.values)
      }
      var scores: [Double] = []
      scores.reserveCapacity(split.rowCount)
      Self.forEachBlock(of: split) { elements, _ in
        scores += logOdds(rows: UnsafeBufferPointer(rebasing: split.matrix[elements]))
      }
      return scores
    }
  }

  /// The log-odds of each row with some columns at the value that a server gives them; only dense rows have such.
  func logOdds(split: DatasetSplit, servingValues: [DatasetDescription.ServingValue]) -> [Double] {
    var scores = logOdds(of: split)
    guard !servingValues.isEmpty else { return scores }
    withExtendedLifetime(split) {
      Self.forEachBlock(of: split) { _, rows in
        for served in servingValues {
          for row in rows {
            let logged = split.matrix[row * split.columnCount + served.column]
            scores[row] += weights[served.column] * (Double(served.value) - Double(logged))
          }
        }
      }
    }
    return scores
  }

  /// Calls `body` with some rows of a dense matrix at a time, and gives back their memory.
  private static func forEachBlock(of split: DatasetSplit, _ body: (_ elements: Range<Int>, _ rows: Range<Int>) -> Void)
  {
    let rowsPerBlock = 1 << 16
    for first in stride(from: 0, to: split.rowCount, by: rowsPerBlock) {
      let rows = first..<min(first + rowsPerBlock, split.rowCount)
      let elements = (rows.lowerBound * split.columnCount)..<(rows.upperBound * split.columnCount)
      body(elements, rows)
      split.features.release(elements: elements)
    }
  }
}
