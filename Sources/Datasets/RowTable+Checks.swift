extension RowTable {
  /// Throws where a number is NaN or infinite, naming row and feature. Sparse values are checked as they are read.
  func checkFinite(columnNames: [String], in file: String) throws {
    guard case .dense(let matrix) = features else { return }
    let columnCount = matrix.shape[1]
    try matrix.forEachPiece(of: 0..<rowCount * columnCount) { elements, bytes in
      let values = bytes.assumingMemoryBound(to: Float.self)
      // A sum of v·0 is 0 unless a value is not finite: one pass without branches, and a search only when it fails.
      var sum: SIMD8<Float> = .zero
      var index = 0
      while index + 8 <= values.count {
        sum += bytes.loadUnaligned(fromByteOffset: index * 4, as: SIMD8<Float>.self) * 0
        index += 8
      }
      var tail: Float = 0
      while index < values.count {
        tail += values[index] * 0
        index += 1
      }
      guard !(sum.sum() + tail == 0), let bad = values.firstIndex(where: { !$0.isFinite }) else { return }
      let (row, column) = (elements.lowerBound + bad).quotientAndRemainder(dividingBy: columnCount)
      throw DatasetError.file(
        file, "row \(row), feature \"\(columnNames[column])\" is \(values[bad]); expected a finite number")
    }
  }
}
