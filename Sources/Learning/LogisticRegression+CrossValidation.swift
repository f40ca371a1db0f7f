extension LogisticRegression {
  /// Goes down a path without each fold in turn, and measures the models on the fold left out.
  ///
  /// No rows are copied: a fold is left out by weights of 0. Each fold has a scaler of its own, of the rows that it is fitted
  /// to. Penalties are scaled by the part of Σ cᵢ that the fit sees, so that they mean the same a row as on all rows (as in
  /// glmnet; scikit-learn's `LogisticRegressionCV` does not scale C).
  ///
  /// - Parameters:
  ///   - data: The raw rows.
  ///   - folds: Which fold each row is in.
  ///   - penalties: For all rows, largest first.
  ///   - progress: Called after each value of each fold with how many are done of all.
  ///   - measure: What is wanted of the rows held out.
  /// - Returns: What `measure` said, by penalty, then by fold.
  /// - Throws: `LearningError` as `fit`, and `foldNotConverged`; what `measure` throws.
  /// - Precondition: One process has all rows, and `folds` is of them.
  /// - Complexity: That of a path for each fold; 4 bytes a row for the weights, 80 bytes a row held out.
  public func crossValidate<Measured>(
    _ data: TrainingData, folds: Folds, penalties: [Penalty], progress: ((Int) -> Void)? = nil,
    measure: (HeldOutRows) throws -> Measured
  ) throws -> [[Measured]] {
    precondition(data.partition.communicator.size == 1, "cross-validation in several processes")
    precondition(folds.ofRow.count == data.rows, "folds of \(folds.ofRow.count) rows for \(data.rows)")
    let total = try data.weightSums().total
    var results = penalties.map { _ in [Measured]() }
    for fold in 0..<folds.count {
      let weights = (0..<data.rows).map { folds.ofRow[$0] == fold ? 0 : data.weights?[$0] ?? 1 }
      try weights.withUnsafeBufferPointer { weights in
        let rest = TrainingData(features: data.features, labels: data.labels, weights: weights)
        let share = try rest.weightSums().total / total
        let scaler = try StandardScaler.fit(rest, threads: parameters.threads)
        let path = try fitPath(rest, scaler: scaler, penalties: penalties.map { $0.scaled(by: share) }) { done in
          progress?(fold * penalties.count + done)
        }
        if let point = path.points.first(where: { !$0.converged }) {
          throw LearningError.foldNotConverged(fold: fold + 1, l1: point.penalty.l1, violation: point.violation)
        }
        try data.forEachScores(
          of: path.points.map(\.coefficients), scaler: scaler, rows: folds.rows(of: fold), threads: parameters.threads
        ) { index, rows in results[index].append(try measure(rows)) }
      }
    }
    return results
  }
}
