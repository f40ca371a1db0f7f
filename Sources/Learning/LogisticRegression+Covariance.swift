internal import LinAlg

extension LogisticRegression {
  /// How sure fitted coefficients are: their covariance, standard errors, z and p values and intervals.
  ///
  /// One pass with a float64 Hessian of all rows and, over requests, one more for their scores. What the two kinds mean,
  /// and what the penalty does to them, is said at `CoefficientCovariance`. `parameters` are those of the fit: l2, class
  /// weight and threads are used. The result is the same bytes at any thread count.
  ///
  /// - Parameters:
  ///   - coefficients: Where the objective has its optimum: what a converged `fit` returned.
  ///   - data: The rows that they were fitted to.
  ///   - scaler: How those were scaled.
  ///   - requestOffsets: Where each request begins in the rows of this process, and after the last one their end: then
  ///     the covariance is of kind `request`; `hessian` where nil. No request has rows in two processes.
  /// - Throws: `LearningError`: `undetermined` where the Hessian is singular to working precision (with l2 = 0, a
  ///   constant feature or one that others make up); `tooFewRequests` under two requests or under d + 2 rows of a weight
  ///   above zero, over requests only; whatever `fit` throws for the data.
  /// - Precondition: There is a weight for each feature. Offsets begin with 0, ascend strictly and end with n.
  /// - Complexity: O(nd² + d³).
  public func covariance(
    of coefficients: Coefficients, _ data: TrainingData, scaler: StandardScaler, requestOffsets: [Int]? = nil
  ) throws -> CoefficientCovariance {
    precondition(
      coefficients.weights.count == data.columns, "\(coefficients.weights.count) weights of \(data.columns) features")
    let objective = try makeObjective(data, scaler)
    let factor = try requestOffsets.map { try smallSampleFactor(data, offsets: $0) }
    let point = coefficients.weights + [coefficients.intercept]
    let value = try objective.value(at: point, curvature: .double)
    guard let hessian = value.hessian, value.isFinite, hessian.elements.allSatisfy(\.isFinite) else {
      throw try data.firstNonFinite() ?? LearningError.overflow("the Hessian")
    }
    let inverse = try InverseHessian.of(hessian)
    guard let requestOffsets, let factor else {
      let floors = [Double](repeating: 0, count: objective.order)
      return try CoefficientCovariance(.hessian, of: coefficients, inverse, floors: floors)
    }
    let products = try RequestScores.outerProducts(objective, requestOffsets, at: point)
    let sandwich = InverseHessian.sandwich(inverse, products, times: factor)
    // A standard error of a trillionth of the Hessian's is what rounding leaves of the 0 of a constant feature.
    let floors = (0..<objective.order).map { 1e-24 * inverse[$0, $0] }
    return try CoefficientCovariance(.request, of: coefficients, sandwich, floors: floors)
  }

  /// G/(G − 1)·(n − 1)/(n − d − 1), of the requests and rows that weigh anything.
  private func smallSampleFactor(_ data: TrainingData, offsets: [Int]) throws -> Double {
    precondition(
      offsets.first == 0 && offsets.last == data.rows && zip(offsets, offsets.dropFirst()).allSatisfy { $0 < $1 },
      "\(offsets.count) offsets of requests that don't ascend from 0 to \(data.rows)")
    var (requests, rows) = (offsets.count - 1, data.rows)
    if let weights = data.weights {
      rows = weights.count { $0 > 0 }
      requests = zip(offsets, offsets.dropFirst()).count { range in weights[range.0..<range.1].contains { $0 > 0 } }
    }
    var counts = [Double(requests), Double(rows)]
    try data.partition.communicator.sum(&counts)
    (requests, rows) = (Int(counts[0]), Int(counts[1]))
    let order = data.columns + 1
    guard requests > 1, rows > order else {
      throw LearningError.tooFewRequests(requests: requests, rows: rows, coefficients: order)
    }
    return Double(requests) / Double(requests - 1) * (Double(rows - 1) / Double(rows - order))
  }
}
