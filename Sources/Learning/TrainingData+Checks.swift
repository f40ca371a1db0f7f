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

  /// Reads all labels and weights, in order, and adds up over processes.
  ///
  /// - Throws: `LearningError.empty`, `.invalidLabel`, `.invalidWeight`, `.noWeight`; what the communicator throws.
  /// - Complexity: O(n).
  func weightSums() throws -> WeightSums {
    guard totalRows > 0 else { throw LearningError.empty }
    var sums = try ownWeightSums()
    if partition.communicator.size > 1 {
      var values = sums.rows.map(Double.init) + sums.weights
      try partition.communicator.sum(&values)
      sums = WeightSums(rows: [Int(values[0]), Int(values[1])], weights: [values[2], values[3]])
    }
    guard sums.total > 0 else { throw LearningError.noWeight(rows: totalRows) }
    return sums
  }

  /// The sums over this process's rows.
  private func ownWeightSums() throws(LearningError) -> WeightSums {
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
      guard weight.isFinite, weight >= 0 else { throw .invalidWeight(row: partition.firstRow + row, weight: weight) }
      let label = Int(labels[row])
      guard label <= 1 else { throw .invalidLabel(row: partition.firstRow + row, label: labels[row]) }
      sums.rows[label] += weight > 0 ? 1 : 0
      sums.weights[label] += Double(weight)
    }
    return sums
  }

  private func throwInvalidLabel() throws(LearningError) {
    for row in 0..<rows where labels[row] > 1 {
      throw .invalidLabel(row: partition.firstRow + row, label: labels[row])
    }
  }

  /// Names the first feature value, row by row, that is NaN or infinite; the same on all processes.
  ///
  /// - Throws: What reading the rows, or adding up over processes, throws.
  /// - Complexity: O(nd), run only once something not finite has come out of a sum.
  func firstNonFinite() throws -> LearningError? {
    let own = try ownFirstNonFinite()
    // Processes have their rows in order: the lowest that found one has the first.
    let rows = try partition.communicator.gather(own.map { Double(partition.firstRow + $0.row) } ?? -1)
    let features = try partition.communicator.gather(Double(own?.feature ?? -1))
    guard let rank = rows.firstIndex(where: { $0 >= 0 }) else { return nil }
    return .nonFinite(row: Int(rows[rank]), feature: Int(features[rank]))
  }

  private func ownFirstNonFinite() throws -> (row: Int, feature: Int)? {
    let reader = features.makeReader()
    reader.announce(0..<rows)
    for piece in RowPiece.cut(0..<rows, columns: columns) {
      let values = try reader.read(piece)
      for row in 0..<piece.count {
        for feature in 0..<columns where !values[row * reader.rowStride + feature].isFinite {
          return (piece.lowerBound + row, feature)
        }
      }
    }
    return nil
  }
}
