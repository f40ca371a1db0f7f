internal import LinAlg

extension LogisticRegression {
  /// How sure fitted coefficients are: their covariance, standard errors, z and p values and intervals.
  ///
  /// One pass with a float64 Hessian of all rows and, over clusters, one more for their scores. What the kinds mean,
  /// and what the penalty does to them, is said at `CoefficientCovariance`. `parameters` are those of the fit: l2, class
  /// weight and threads are used. The result is the same bytes at any thread count.
  ///
  /// - Parameters:
  ///   - coefficients: Where the objective has its optimum: what a converged `fit` returned.
  ///   - data: The rows that they were fitted to.
  ///   - scaler: How those were scaled.
  ///   - requestOffsets: Where each request begins in the rows of this process, and after the last one their end: then
  ///     the covariance is of kind `request`. No request has rows in two processes.
  ///   - users: The user of each row, in any order of rows: then the covariance is of kind `user`. `hessian` where neither
  ///     is given.
  /// - Throws: `LearningError`: `undetermined` where the Hessian is singular to working precision (with l2 = 0, a
  ///   constant feature or one that others make up); `tooFewClusters` under two clusters or under d + 2 rows of a weight
  ///   above zero, over clusters only; `usersInProcesses` where several processes share the rows, over users only;
  ///   whatever `fit` throws for the data.
  /// - Precondition: There is a weight for each feature, and a user for each row. Offsets begin with 0, ascend strictly and
  ///   end with n. Not both kinds of clusters are given.
  /// - Complexity: O(nd² + d³), and O(n log n) time and memory over users.
  public func covariance(
    of coefficients: Coefficients, _ data: TrainingData, scaler: StandardScaler, requestOffsets: [Int]? = nil,
    users: UnsafeBufferPointer<Int64>? = nil
  ) throws -> CoefficientCovariance {
    precondition(
      coefficients.weights.count == data.columns, "\(coefficients.weights.count) weights of \(data.columns) features")
    let objective = try makeObjective(data, scaler)
    let clusters = try clusters(of: data, requestOffsets, users)
    let factor = try clusters.map { try smallSampleFactor(data, $0) }
    let point = coefficients.weights + [coefficients.intercept]
    let value = try objective.value(at: point, curvature: .double)
    guard let hessian = value.hessian, value.isFinite, hessian.elements.allSatisfy(\.isFinite) else {
      throw try data.firstNonFinite() ?? LearningError.overflow("the Hessian")
    }
    let inverse = try InverseHessian.of(hessian)
    guard let clusters, let factor else {
      let floors = [Double](repeating: 0, count: objective.order)
      return try CoefficientCovariance(.hessian, of: coefficients, inverse, floors: floors)
    }
    let products = try ClusterScores.outerProducts(objective, clusters, at: point)
    let sandwich = InverseHessian.sandwich(inverse, products, times: factor)
    // A standard error of a trillionth of the Hessian's is what rounding leaves of the 0 of a constant feature.
    let floors = (0..<objective.order).map { 1e-24 * inverse[$0, $0] }
    return try CoefficientCovariance(clusters.kind, of: coefficients, sandwich, floors: floors)
  }

  private func clusters(
    of data: TrainingData, _ offsets: [Int]?, _ users: UnsafeBufferPointer<Int64>?
  ) throws(LearningError) -> RowClusters? {
    precondition(offsets == nil || users == nil, "standard errors over requests and users at once")
    if let offsets {
      precondition(
        offsets.first == 0 && offsets.last == data.rows && zip(offsets, offsets.dropFirst()).allSatisfy { $0 < $1 },
        "\(offsets.count) offsets of requests that don't ascend from 0 to \(data.rows)")
      return RowClusters(requestOffsets: offsets)
    }
    guard let users else { return nil }
    precondition(users.count == data.rows, "\(users.count) users of \(data.rows) rows")
    guard data.partition.communicator.size == 1 else { throw .usersInProcesses }
    return RowClusters(users: users)
  }

  /// G/(G − 1)·(n − 1)/(n − d − 1), of the clusters and rows that weigh anything.
  private func smallSampleFactor(_ data: TrainingData, _ clusters: RowClusters) throws -> Double {
    var (count, rows) = (clusters.count, data.rows)
    if let weights = data.weights {
      rows = weights.count { $0 > 0 }
      count = (0..<clusters.count).count { clusters[$0].contains { $0.contains { weights[$0] > 0 } } }
    }
    var counts = [Double(count), Double(rows)]
    try data.partition.communicator.sum(&counts)
    (count, rows) = (Int(counts[0]), Int(counts[1]))
    let order = data.columns + 1
    guard count > 1, rows > order else {
      throw LearningError.tooFewClusters(clusters.kind, count: count, rows: rows, coefficients: order)
    }
    return Double(count) / Double(count - 1) * (Double(rows - 1) / Double(rows - order))
  }
}
