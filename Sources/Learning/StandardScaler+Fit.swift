public import LinAlg

#if canImport(CKernels)
  internal import CKernels
#endif

extension StandardScaler {
  /// The means and population standard deviations of the features, weighted where there are weights.
  ///
  /// Σ w(x − mean)² is found in two passes over each block while it is in cache, and blocks are merged by the formula
  /// of Chan, Golub & LeVeque ("Algorithms for computing the sample variance", 1983), all in float64: no
  /// cancellation, however far the mean is from zero. A feature is constant where its variance v and mean m have
  /// v ≤ W·ε·v + (W·m·ε)², with W the sum of weights and ε = 2⁻⁵²: scikit-learn's rule, so that both agree.
  ///
  /// The result is the same bytes at any thread count.
  ///
  /// - Throws: `LearningError.nonFinite`, `.invalidLabel`, `.invalidWeight`, `.noWeight`, `.empty`.
  /// - Complexity: O(nd).
  public static func fit(_ data: TrainingData, threads: Int = Parallel.availableCores) throws -> StandardScaler {
    _ = try data.weightSums()
    let columns = data.columns
    let blockRows = max(16, 16_384 / max(1, columns))
    let zeros = [Double](repeating: 0, count: columns)
    let chunks = RowChunks(rows: data.rows, blockRows: blockRows, atMost: 64)
    let parts = Parallel.map(chunks.count, threads: threads) { chunk in
      var total = Moments(columns: columns)
      var block = total
      var factors = [Double](repeating: 0, count: blockRows)
      var start = chunks[chunk].lowerBound
      while start < chunks[chunk].upperBound {
        let end = min(start + blockRows, chunks[chunk].upperBound)
        block.measure(data, rows: start..<end, factors: &factors, zeros: zeros)
        total.merge(block)
        start = end
      }
      return total
    }
    var total = Moments(columns: columns)
    for part in parts { total.merge(part) }

    var scaler = StandardScaler.identity(columns)
    for feature in 0..<columns {
      let mean = total.mean[feature]
      let variance = total.squares[feature] / total.weight
      guard mean.isFinite, variance.isFinite else {
        throw data.firstNonFinite() ?? LearningError.overflow("the moments of feature \(feature)")
      }
      let error = total.weight * mean * Double.ulpOfOne
      let isConstant = variance <= total.weight * Double.ulpOfOne * variance + error * error
      scaler.mean[feature] = mean
      scaler.scale[feature] = isConstant ? 1 : variance.squareRoot()
    }
    return scaler
  }
}

/// Weight, means and centred sums of squares of some rows.
private struct Moments {
  var weight = 0.0
  var mean: [Double]
  /// Σ w(x − mean)² of each feature.
  var squares: [Double]

  init(columns: Int) {
    mean = [Double](repeating: 0, count: columns)
    squares = mean
  }

  /// Replaces the contents by the moments of `rows`, read twice. `factors` and `zeros` are working memory.
  mutating func measure(_ data: TrainingData, rows: Range<Int>, factors: inout [Double], zeros: [Double]) {
    let columns = mean.count
    let (x, stride) = (
      data.features.baseAddress + rows.lowerBound * data.features.rowStride, data.features.rowStride
    )
    weight = 0
    for (i, row) in rows.enumerated() {
      factors[i] = Double(data.weights?[row] ?? 1)
      weight += factors[i]
    }
    for j in 0..<columns {
      mean[j] = 0
      squares[j] = 0
    }
    pp_weighted_sums(x, stride, rows.count, columns, zeros, factors, &mean)
    // A block without weight has no mean; 0/1 is none, and lets a NaN in it still show.
    let divisor = weight > 0 ? weight : 1
    for j in 0..<columns { mean[j] /= divisor }
    pp_weighted_squares(x, stride, rows.count, columns, mean, factors, &squares)
  }

  /// Adds the rows behind `other`.
  mutating func merge(_ other: Moments) {
    let merged = weight + other.weight
    let share = merged > 0 ? other.weight / merged : 0
    for j in mean.indices {
      let difference = other.mean[j] - mean[j]
      mean[j] += difference * share
      squares[j] += other.squares[j] + difference * difference * weight * share
    }
    weight = merged
  }
}
