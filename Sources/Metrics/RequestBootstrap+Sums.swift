extension RequestBootstrap {
  /// The bootstrap of the logistic loss of probabilities, drawing units.
  ///
  /// - Returns: the loss and its replicates; nil where `logLoss(probabilities:labels:weights:threads:)` gives nil.
  /// - Throws: as that function; also where the groups' rows are not as many as the probabilities.
  /// - Complexity: O(n + requests·R) for R replicates.
  public func logLoss(
    probabilities: [Double], labels: [UInt8], weights: [Double]? = nil
  ) throws(MetricError) -> BootstrapDistribution? {
    try checkCount("probabilities", probabilities.count, rows: groups.rows)
    let value = try RankingMetrics.logLoss(
      probabilities: probabilities, labels: labels, weights: weights, threads: threads)
    return ratio(value, weights) { row in
      RankingMetrics.logLoss(probability: probabilities[row], label: labels[row])
    }
  }

  /// The bootstrap of the logistic loss of raw scores, drawing units.
  ///
  /// - Returns: the loss and its replicates; nil where `logLoss(logits:labels:weights:threads:)` gives nil.
  /// - Throws: as that function; also where the groups' rows are not as many as the logits.
  /// - Complexity: O(n + requests·R) for R replicates.
  public func logLoss(
    logits: [Double], labels: [UInt8], weights: [Double]? = nil
  ) throws(MetricError) -> BootstrapDistribution? {
    try checkCount("logits", logits.count, rows: groups.rows)
    let value = try RankingMetrics.logLoss(logits: logits, labels: labels, weights: weights, threads: threads)
    return ratio(value, weights) { row in RankingMetrics.logLoss(logit: logits[row], label: labels[row]) }
  }

  /// The bootstrap of the Brier score, drawing units.
  ///
  /// - Returns: the score and its replicates; nil where `brierScore(probabilities:labels:weights:threads:)` gives nil.
  /// - Throws: as that function; also where the groups' rows are not as many as the probabilities.
  /// - Complexity: O(n + requests·R) for R replicates.
  public func brierScore(
    probabilities: [Double], labels: [UInt8], weights: [Double]? = nil
  ) throws(MetricError) -> BootstrapDistribution? {
    try checkCount("probabilities", probabilities.count, rows: groups.rows)
    let value = try RankingMetrics.brierScore(
      probabilities: probabilities, labels: labels, weights: weights, threads: threads)
    return ratio(value, weights) { row in squaredError(probability: probabilities[row], label: labels[row]) }
  }

  /// The bootstrap of the expected calibration error, drawing units.
  ///
  /// The error of a draw is larger, on average, than that of the data (noise adds to every bin), so the interval can
  /// lie above the value. Use it to see how uncertain a bin's count makes the error, not to correct it.
  ///
  /// - Returns: the error and its replicates; nil where
  ///   `expectedCalibrationError(probabilities:labels:weights:bins:threads:)` gives nil.
  /// - Throws: as that function; also where the groups' rows are not as many as the probabilities.
  /// - Complexity: O(n·R) for R replicates.
  public func expectedCalibrationError(
    probabilities: [Double], labels: [UInt8], weights: [Double]? = nil, bins: Int = 10
  ) throws(MetricError) -> BootstrapDistribution? {
    try checkCount("probabilities", probabilities.count, rows: groups.rows)
    guard
      let value = try RankingMetrics.expectedCalibrationError(
        probabilities: probabilities, labels: labels, weights: weights, bins: bins, threads: threads)
    else { return nil }
    let edges = ProbabilityBins(count: bins)
    let binOfRow = probabilities.map { UInt32(truncatingIfNeeded: edges.bin(of: $0)) }
    let replicates = replicateValues { draws, values in
      // A bin's error is |Σ w (y − p)|, so one sum a bin is enough.
      var excess = [SIMD8<Double>](repeating: .zero, count: bins)
      var total = SIMD8<Double>.zero
      excess.withUnsafeMutableBufferPointer { excess in
        for request in 0..<groups.count {
          let drawn = SIMD8<Double>(draws[rowUnits.of(request: request)])
          for row in groups[request] {
            let weight = weights.map { $0[row] } ?? 1
            excess[Int(binOfRow[row])] += drawn * (weight * (Double(labels[row]) - probabilities[row]))
            total += drawn * weight
          }
        }
      }
      let error = excess.reduce(into: SIMD8<Double>.zero) { sum, bin in
        sum += bin.replacing(with: -bin, where: bin .< 0)
      }
      values[0] = error / total
    }
    return distribution(value, replicates[0])
  }

  /// The bootstrap of a metric's mean over the requests that have a value.
  ///
  /// For the difference of two models, take `a.difference(from: b)` of the metrics, or of the distributions where both
  /// are over the same requests: a paired bootstrap.
  ///
  /// - Returns: the mean and its replicates, NaN for a draw of none of these requests; nil if no request has a value.
  /// - Throws: `MetricError.countMismatch` if the metric is not of these groups' requests.
  /// - Complexity: O(units·R) for R replicates.
  public func mean(of metric: PerRequestMetric) throws(MetricError) -> BootstrapDistribution? {
    try means(of: [metric])[0]
  }

  /// The bootstraps of the means of several metrics, all over the same draws and in one pass over them.
  ///
  /// - Returns: for each metric as `mean(of:)`.
  /// - Throws: as `mean(of:)`.
  /// - Complexity: O(units·R·metrics) for R replicates, of which the draws are the smaller part.
  public func means(of metrics: [PerRequestMetric]) throws(MetricError) -> [BootstrapDistribution?] {
    for metric in metrics { try checkCount("the metric", metric.values.count, rows: groups.count) }
    // Metrics of one ranking leave out the same requests: their number is summed once.
    var columns: [[Double]] = []
    var counts: [(metric: Int, column: Int)] = []
    var ratios: [(numerator: Int, denominator: Int)] = []
    for (index, metric) in metrics.enumerated() {
      var known = counts.first { metric.leavesOutTheSame(as: metrics[$0.metric]) }?.column
      if known == nil {
        columns.append(rowUnits.sums(ofRequests: metric.values.map { $0.isNaN ? 0 : 1 }))
        known = columns.count - 1
        counts.append((index, columns.count - 1))
      }
      columns.append(rowUnits.sums(ofRequests: metric.values.map { $0.isNaN ? 0 : $0 }))
      ratios.append((columns.count - 1, known ?? 0))
    }
    let replicates = ratioReplicates(ratios, of: columns)
    return zip(metrics, ratios).enumerated().map { index, pair in
      guard let value = pair.0.mean else { return nil }
      let used = columns[pair.1.denominator].reduce(0) { $0 + ($1 > 0 ? 1 : 0) }
      return BootstrapDistribution(value: value, replicates: replicates[index], units: used)
    }
  }

  /// A distribution over all units.
  func distribution(_ value: Double, _ replicates: [Double]) -> BootstrapDistribution {
    BootstrapDistribution(value: value, replicates: replicates, units: units)
  }

  /// The bootstrap of Σ w f / Σ w over rows: sums by unit are all that a replicate needs.
  private func ratio(
    _ value: Double?, _ weights: [Double]?, _ rowValue: (Int) -> Double
  ) -> BootstrapDistribution? {
    guard let value else { return nil }
    var sums = [[Double]](repeating: [Double](repeating: 0, count: units), count: 2)
    for request in 0..<groups.count {
      let unit = rowUnits.of(request: request)
      for row in groups[request] {
        let weight = weights.map { $0[row] } ?? 1
        sums[0][unit] += weight * rowValue(row)
        sums[1][unit] += weight
      }
    }
    return distribution(value, ratioReplicates([(0, 1)], of: sums)[0])
  }

  /// Of each replicate, the ratios of sums over the units that it draws.
  func ratioReplicates(_ ratios: [(numerator: Int, denominator: Int)], of columns: [[Double]]) -> [[Double]] {
    // Some units at a time, so that their counts, once converted, are still in the cache for each column.
    let block = 256
    return replicateValues(outputs: ratios.count) { draws, values in
      withUnsafeTemporaryAllocation(of: SIMD8<Double>.self, capacity: block + columns.count) { scratch in
        let drawn = UnsafeMutableBufferPointer(rebasing: scratch[..<block])
        let totals = UnsafeMutableBufferPointer(rebasing: scratch[block...])
        totals.initialize(repeating: .zero)
        for start in stride(from: 0, to: units, by: block) {
          let count = min(block, units - start)
          for index in 0..<count { drawn.initializeElement(at: index, to: SIMD8(draws[start + index])) }
          for (column, sums) in columns.enumerated() {
            sums.withUnsafeBufferPointer { sums in
              var total = totals[column]
              for index in 0..<count { total += drawn[index] * sums[start + index] }
              totals[column] = total
            }
          }
        }
        for (index, ratio) in ratios.enumerated() {
          // 0 / 0 where nothing that counts is drawn: not a number, as it should be.
          values[index] = totals[ratio.numerator] / totals[ratio.denominator]
        }
      }
    }
  }
}
