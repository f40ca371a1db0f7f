extension RequestBootstrap {
  /// The bootstrap of the area under the ROC curve, drawing units.
  ///
  /// - Parameters:
  ///   - scores: any finite numbers; a higher one says that the row is more likely positive.
  ///   - labels: 0 or 1 for each row.
  ///   - weights: a weight for each row, 0 or more; nil for 1 each.
  /// - Returns: the area and its replicates; nil where `rocAUC(scores:labels:weights:threads:)` gives nil.
  /// - Throws: as `rocAUC(scores:labels:weights:threads:)`; also where the groups' rows are not as many as the scores.
  /// - Complexity: O(n·R) for n rows and R replicates, after one O(n) sort; 20 bytes a unit and thread.
  public func rocAUC(
    scores: [Double], labels: [UInt8], weights: [Double]? = nil
  ) throws(MetricError) -> BootstrapDistribution? {
    try checkCount("scores", scores.count, rows: groups.rows)
    guard let value = try RankingMetrics.rocAUC(scores: scores, labels: labels, weights: weights, threads: threads)
    else { return nil }
    let order = DrawnOrder(scores: scores, labels: labels, weights: weights, bootstrap: self)
    return distribution(value, replicateValues { $1[0] = order.rocAUC($0) }[0])
  }

  /// The bootstrap of the average precision, drawing units.
  ///
  /// - Parameters:
  ///   - scores: any finite numbers; a higher one says that the row is more likely positive.
  ///   - labels: 0 or 1 for each row.
  ///   - weights: a weight for each row, 0 or more; nil for 1 each.
  /// - Returns: the average precision and its replicates; nil where
  ///   `averagePrecision(scores:labels:weights:threads:)` gives nil.
  /// - Throws: as `averagePrecision(scores:labels:weights:threads:)`; also where the groups' rows are not as many as
  ///   the scores.
  /// - Complexity: O(n·R) for n rows and R replicates, after one O(n) sort; 20 bytes a unit and thread.
  public func averagePrecision(
    scores: [Double], labels: [UInt8], weights: [Double]? = nil
  ) throws(MetricError) -> BootstrapDistribution? {
    try checkCount("scores", scores.count, rows: groups.rows)
    guard
      let value = try RankingMetrics.averagePrecision(
        scores: scores, labels: labels, weights: weights, threads: threads)
    else { return nil }
    let order = DrawnOrder(scores: scores, labels: labels, weights: weights, bootstrap: self)
    return distribution(value, replicateValues { $1[0] = order.averagePrecision($0) }[0])
  }
}

/// The rows by descending score, each with what a replicate needs to know of it.
private struct DrawnOrder {
  /// For each place: the row's unit, then a bit for its label, then a bit that is 1 at the end of a tie.
  private let places: [UInt32]
  /// For each place: the row's weight. Nil for 1 each.
  private let weights: [Double]?

  init(scores: [Double], labels: [UInt8], weights: [Double]?, bootstrap: RequestBootstrap) {
    let order = ScoreOrder(scores: scores, threads: bootstrap.threads)
    let units = bootstrap.rowUnits.ofEachRow()
    places = order.rows.indices.map { place in
      let row = Int(order.rows[place])
      return units[row] << 2 | UInt32(labels[row]) << 1 | UInt32(order.endsTie[place])
    }
    self.weights = weights.map { weights in order.rows.map { weights[Int($0)] } }
  }

  func rocAUC(_ draws: UnsafePointer<SIMD8<UInt16>>) -> SIMD8<Double> {
    var negativesAbove = SIMD8<Double>.zero
    var positivesAbove = SIMD8<Double>.zero
    var pairs = SIMD8<Double>.zero
    forEachTie(draws) { positive, negative in
      pairs += negative * (positivesAbove + 0.5 * positive)
      positivesAbove += positive
      negativesAbove += negative
    }
    // 0 / 0 where all rows drawn are of one class: not a number, as it should be.
    let area = pairs / (positivesAbove * negativesAbove)
    return area.replacing(with: 1, where: area .> 1)
  }

  func averagePrecision(_ draws: UnsafePointer<SIMD8<UInt16>>) -> SIMD8<Double> {
    var positivesAbove = SIMD8<Double>.zero
    var allAbove = SIMD8<Double>.zero
    var sum = SIMD8<Double>.zero
    forEachTie(draws) { positive, negative in
      positivesAbove += positive
      allAbove += positive + negative
      // Where nothing is drawn yet, 0 / 0 becomes 0 / 1.
      sum += positive * (positivesAbove / allAbove.replacing(with: 1, where: allAbove .== 0))
    }
    let precision = sum / positivesAbove
    return precision.replacing(with: 1, where: precision .> 1)
  }

  /// Calls `body` with what is drawn of each tie's positives and negatives, from the highest score down.
  @inline(__always) private func forEachTie(
    _ draws: UnsafePointer<SIMD8<UInt16>>, _ body: (_ positive: SIMD8<Double>, _ negative: SIMD8<Double>) -> Void
  ) {
    places.withUnsafeBufferPointer { places in
      if let weights {
        weights.withUnsafeBufferPointer { weights in
          Self.forEachTie(places, weight: { weights[$0] }, draws, body)
        }
      } else {
        Self.forEachTie(places, weight: { _ in 1 }, draws, body)
      }
    }
  }

  @inline(__always) private static func forEachTie(
    _ places: UnsafeBufferPointer<UInt32>, weight: (Int) -> Double, _ draws: UnsafePointer<SIMD8<UInt16>>,
    _ body: (_ positive: SIMD8<Double>, _ negative: SIMD8<Double>) -> Void
  ) {
    var positive = SIMD8<Double>.zero
    var all = SIMD8<Double>.zero
    for index in 0..<places.count {
      let place = places[index]
      // A label is as good as random to the processor: multiply, do not branch.
      let drawn = SIMD8<Double>(draws[Int(place >> 2)]) * weight(index)
      all += drawn
      positive += drawn * Double((place >> 1) & 1)
      if place & 1 != 0 {
        body(positive, all - positive)
        positive = .zero
        all = .zero
      }
    }
  }
}
