internal import LinAlg

/// How pairs of a request count in a pairwise fit.
public enum PairWeight: String, Sendable, Codable, CaseIterable {
  /// Every pair counts the product of its rows' weights: a request counts with the number of its pairs.
  case pair
  /// As `pair`, divided by the request's sum: every request counts 1.
  case request
}

/// A fit to the order within requests.
public struct PairwiseFit: Sendable, Equatable {
  /// The coefficients of the scaled features, and an intercept of 0; the report's rows are pairs.
  public var fit: Fit
  /// How many pairs there were.
  public var pairs: Int
  /// Requests that have no pair, because their rows (of a weight above 0) have one label only.
  public var skippedRequests: Int
}

extension LogisticRegression {
  /// Fits the order of rows within requests: RankNet's loss with a linear score (Burges et al., "Learning to rank using
  /// gradient descent", 2005).
  ///
  ///     f(w) = Σ_g Σ_{i,j in g, yᵢ=1, yⱼ=0} c_ij·log(1 + exp(−(zᵢ − zⱼ))) + ½·l2·‖w‖²,   z = X̃w
  ///
  /// It is logistic regression on the differences x̃ᵢ − x̃ⱼ, all of label 1, without means and intercept, so that every
  /// solver fits it. Differences are made block by block; what is kept of a pair is a byte, and four more where pairs have
  /// weights. Scores say nothing beyond the order within a request: the intercept is 0, and they are not log-odds.
  ///
  /// Convergence is measured per pair: the largest gradient entry divided by Σ c_ij.
  ///
  /// - Parameters:
  ///   - data: The raw rows, those of a request one after the other.
  ///   - requestOffsets: Where each request begins in the rows, and after the last one their end.
  ///   - scaler: How rows are scaled; differences are divided by its scale.
  ///   - pairWeight: What c_ij is.
  /// - Throws: What `fit` throws but `oneClassOnly`; `noPairs` where no request has both labels.
  /// - Precondition: `classWeight` is `none`. Offsets begin with 0, ascend strictly and end with n.
  /// - Complexity: O(pairs·d) a pass.
  public func fitPairs(
    _ data: TrainingData, requestOffsets: [Int], scaler: StandardScaler, pairWeight: PairWeight = .pair,
    warmStart: Coefficients? = nil, progress: ((IterationReport) -> Void)? = nil
  ) throws -> PairwiseFit {
    precondition(parameters.classWeight == .none, "class weights in a pairwise fit")
    precondition(
      requestOffsets.first == 0 && requestOffsets.last == data.rows
        && zip(requestOffsets, requestOffsets.dropFirst()).allSatisfy { $0 < $1 },
      "\(requestOffsets.count) offsets of requests that don't ascend from 0 to \(data.rows)")
    let clock = ContinuousClock()
    let began = clock.now
    _ = try data.weightSums()
    let pairs = PairRows(data, offsets: requestOffsets)
    let labels = [UInt8](repeating: 1, count: pairs.rows)
    let weights = pairs.pairWeights(equalRequests: pairWeight == .request)
    var result = try labels.withUnsafeBufferPointer { labels in
      func fit(_ weights: UnsafeBufferPointer<Float>?) throws -> Fit {
        let partition = try RowPartition(rows: pairs.rows, of: data.partition.communicator)
        guard partition.totalRows > 0 else { throw LearningError.noPairs(requests: requestOffsets.count - 1) }
        do {
          return try self.fit(
            pairs: TrainingData(features: pairs, labels: labels, weights: weights, partition: partition),
            scale: scaler.scale, warmStart: warmStart, progress: progress)
        } catch LearningError.nonFinite {
          // It was a row of differences; what is wrong is a row of the data, or that two are further apart than a float.
          throw try data.firstNonFinite() ?? LearningError.overflow("the difference of two rows")
        }
      }
      return try weights?.withUnsafeBufferPointer { try fit($0) } ?? fit(nil)
    }
    result.report.seconds = (clock.now - began) / .seconds(1)
    return PairwiseFit(fit: result, pairs: pairs.rows, skippedRequests: pairs.skippedRequests)
  }

  private func fit(
    pairs: TrainingData, scale: [Double], warmStart: Coefficients?, progress: ((IterationReport) -> Void)?
  ) throws -> Fit {
    let scaler = StandardScaler(mean: [Double](repeating: 0, count: scale.count), scale: scale)
    try check(scaler, for: pairs)
    var start = try startingPoint(warmStart, columns: pairs.columns)
    start[pairs.columns] = 0
    let objective = Objective(
      data: pairs, scaler: scaler, l2: parameters.l2, classWeights: (1, 1), totalWeight: try pairs.weightSums().total,
      threads: parameters.threads, fitsIntercept: false)
    return try solve(Run(objective, parameters, progress), from: start, isWarm: warmStart != nil)
  }
}
