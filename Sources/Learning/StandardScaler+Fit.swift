public import LinAlg

extension StandardScaler {
  /// The means and population standard deviations of the features, weighted where there are weights.
  ///
  /// One pass. In each block, values are taken relative to the mean of its first rows, which leaves nothing to cancel
  /// in Σ w(x − mean)²; blocks are merged by the formula of Chan, Golub & LeVeque ("Algorithms for computing the
  /// sample variance", 1983), all in float64. A feature is constant where its variance v and mean m have
  /// v ≤ W·ε·v + (W·m·ε)², with W the sum of weights and ε = 2⁻⁵²: scikit-learn's rule, so that both agree.
  ///
  /// The result is the same bytes at any thread count. It is of the rows of all processes, where several share them.
  ///
  /// - Throws: `LearningError.nonFinite`, `.invalidLabel`, `.invalidWeight`, `.noWeight`, `.empty`; what reading the rows,
  ///   or adding up over processes, throws.
  /// - Complexity: O(nd).
  public static func fit(_ data: TrainingData, threads: Int = Parallel.availableCores) throws -> StandardScaler {
    _ = try data.weightSums()
    let columns = data.columns
    let blockRows = max(64, 65_536 / max(1, columns))
    let chunks = RowChunks(rows: data.rows, blockRows: blockRows, atMost: 64)
    let parts = Parallel.map(
      chunks.count, threads: threads, scratch: { BlockMoments(data, blockRows: blockRows) }
    ) { block, chunk in
      Result {
        var total = Moments(columns: columns)
        block.announce(chunks[chunk])
        for start in stride(from: chunks[chunk].lowerBound, to: chunks[chunk].upperBound, by: blockRows) {
          total.merge(try block.measure(start..<min(start + blockRows, chunks[chunk].upperBound)))
        }
        return total
      }
    }
    var total = Moments(columns: columns)
    for part in parts { total.merge(try part.get()) }
    try total.merge(over: data.partition.communicator)

    var scaler = StandardScaler.identity(columns)
    for feature in 0..<columns {
      let mean = total.mean[feature]
      let variance = total.squares[feature] / total.weight
      guard mean.isFinite, variance.isFinite else {
        throw try data.firstNonFinite() ?? LearningError.overflow("the moments of feature \(feature)")
      }
      let error = total.weight * mean * Double.ulpOfOne
      let isConstant = variance <= total.weight * Double.ulpOfOne * variance + error * error
      scaler.mean[feature] = mean
      scaler.scale[feature] = isConstant ? 1 : variance.squareRoot()
    }
    return scaler
  }
}
