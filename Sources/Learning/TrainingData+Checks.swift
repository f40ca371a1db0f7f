internal import LinAlg

extension TrainingData {
  /// Sums of the weights, by label and in all.
  struct WeightSums {
    /// Rows of each label that have a weight above zero.
    var rows = [0, 0]
    /// Σ weights of the rows of each label.
    var weights = [0.0, 0.0]
    /// Σ weights.
    var total: Double { weights[0] + weights[1] }
  }

  /// Reads all labels and weights, in order.
  ///
  /// - Throws: `LearningError.empty`, `.invalidLabel`, `.invalidWeight`.
  /// - Complexity: O(n).
  func weightSums() throws(LearningError) -> WeightSums {
    guard rows > 0 else { throw .empty }
    var sums = WeightSums()
    guard let weights else {
      // Eight labels at a time, and without looking which; a second loop names the row that is wrong.
      var positives = 0
      var others: UInt64 = 0
      let words = rows / 8
      if let bytes = labels.baseAddress.map(UnsafeRawPointer.init) {
        for word in 0..<words {
          let eight = bytes.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self)
          others |= eight & 0xfefe_fefe_fefe_fefe
          // The product's top byte is the sum of the eight.
          positives += Int(((eight & 0x0101_0101_0101_0101) &* 0x0101_0101_0101_0101) >> 56)
        }
      }
      for label in labels[(words * 8)...] {
        positives += Int(label & 1)
        others |= UInt64(label & 0xfe)
      }
      if others != 0 { try throwInvalidLabel() }
      sums.rows = [rows - positives, positives]
      sums.weights = sums.rows.map(Double.init)
      return sums
    }
    for row in 0..<rows {
      let weight = weights[row]
      guard weight.isFinite, weight >= 0 else { throw .invalidWeight(row: row, weight: weight) }
      let label = Int(labels[row])
      guard label <= 1 else { throw .invalidLabel(row: row, label: labels[row]) }
      sums.rows[label] += weight > 0 ? 1 : 0
      sums.weights[label] += Double(weight)
    }
    guard sums.total > 0 else { throw .noWeight(rows: rows) }
    return sums
  }

  private func throwInvalidLabel() throws(LearningError) {
    for row in 0..<rows where labels[row] > 1 {
      throw .invalidLabel(row: row, label: labels[row])
    }
  }

  /// Names the first feature value, row by row, that is NaN or infinite.
  ///
  /// - Complexity: O(nd), run only once something not finite has come out of a sum.
  func firstNonFinite() -> LearningError? {
    for row in 0..<rows {
      let values = features.baseAddress + row * features.rowStride
      for feature in 0..<columns where !values[feature].isFinite {
        return .nonFinite(row: row, feature: feature)
      }
    }
    return nil
  }
}
