extension RequestBootstrap {
  /// The bootstrap of the logistic loss of probabilities, drawing requests.
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

  /// The bootstrap of the logistic loss of raw scores, drawing requests.
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

  /// The bootstrap of the Brier score, drawing requests.
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

  /// The bootstrap of the expected calibration error, drawing requests.
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
    let replicates = replicateValues { draws in
      // A bin's error is |Σ w (y − p)|, so one sum a bin is enough.
      var excess = [SIMD8<Double>](repeating: .zero, count: bins)
      var total = SIMD8<Double>.zero
      excess.withUnsafeMutableBufferPointer { excess in
        for request in 0..<groups.count {
          let drawn = SIMD8<Double>(draws[request])
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
      return error / total
    }
    return BootstrapDistribution(value: value, replicates: replicates)
  }

  /// The bootstrap of a metric's mean over requests, drawing from the requests that have a value.
  ///
  /// For the difference of two models, pass `a.difference(from: b)`: a paired bootstrap.
  ///
  /// - Returns: the mean and its replicates; nil if no request has a value.
  /// - Throws: `MetricError.countMismatch` if the metric is not of these groups' requests.
  /// - Complexity: O(requests·R) for R replicates.
  public func mean(of metric: PerRequestMetric) throws(MetricError) -> BootstrapDistribution? {
    try checkCount("the metric", metric.values.count, rows: groups.count)
    guard let value = metric.mean else { return nil }
    let values = metric.values.filter { !$0.isNaN }
    let means = [Double](unsafeUninitializedCapacity: replicates) { means, initializedCount in
      let means = means
      values.withUnsafeBufferPointer { values in
        let count = UInt32(truncatingIfNeeded: values.count)
        forEachTask(replicates, threads: threads) { replicate in
          var generator = Xoshiro256StarStar(seed: seed, stream: UInt64(replicate))
          var sum = 0.0
          for _ in 0..<count { sum += values[Int(generator.next(below: count))] }
          means.initializeElement(at: replicate, to: sum / Double(count))
        }
      }
      initializedCount = replicates
    }
    return BootstrapDistribution(value: value, replicates: means)
  }

  /// The bootstrap of Σ w f / Σ w over rows: sums by request are all that a replicate needs.
  private func ratio(
    _ value: Double?, _ weights: [Double]?, _ rowValue: (Int) -> Double
  ) -> BootstrapDistribution? {
    guard let value else { return nil }
    let sums = (0..<groups.count).map { request in
      groups[request].reduce(into: SIMD2<Double>.zero) { sums, row in
        let weight = weights.map { $0[row] } ?? 1
        sums += SIMD2(weight * rowValue(row), weight)
      }
    }
    let ratios = [Double](unsafeUninitializedCapacity: replicates) { ratios, initializedCount in
      let ratios = ratios
      sums.withUnsafeBufferPointer { sums in
        let count = UInt32(truncatingIfNeeded: sums.count)
        forEachTask(replicates, threads: threads) { replicate in
          var generator = Xoshiro256StarStar(seed: seed, stream: UInt64(replicate))
          var total = SIMD2<Double>.zero
          for _ in 0..<count { total += sums[Int(generator.next(below: count))] }
          ratios.initializeElement(at: replicate, to: total.x / total.y)
        }
      }
      initializedCount = replicates
    }
    return BootstrapDistribution(value: value, replicates: ratios)
  }
}
