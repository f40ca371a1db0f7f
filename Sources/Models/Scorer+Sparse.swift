internal import Features

extension Scorer {
  /// Coefficients of all raw columns: 0 where the model lists none, over the scale where the scaler lists one.
  static func sparseWeights(_ model: LinearModel, _ scaling: FeatureScaling, _ columns: SparseColumns) -> [Double] {
    var weights = [Double](repeating: 0, count: columns.count)
    for (name, coefficient) in zip(model.features, model.coefficients) {
      guard let column = columns.column(named: name) else { preconditionFailure("no column \"\(name)\"") }
      weights[column] = coefficient
    }
    for (name, scale) in zip(scaling.features, scaling.scale) {
      guard let column = columns.column(named: name) else { preconditionFailure("no column \"\(name)\"") }
      weights[column] /= scale
    }
    return weights
  }

  /// The log-odds of sparse rows: row i has its entries at `offsets[i]..<offsets[i + 1]` of `indices` and `values`, the
  /// values being 1 where there are none.
  ///
  /// - Precondition: Every index is of a column of the model.
  public func logOdds(
    offsets: UnsafeBufferPointer<Int64>, indices: UnsafeBufferPointer<Int32>, values: UnsafeBufferPointer<Float>?
  ) -> [Double] {
    (0..<max(0, offsets.count - 1)).map { row in
      var sum = intercept
      for entry in Int(offsets[row])..<Int(offsets[row + 1]) {
        sum += weights[Int(indices[entry])] * Double(values?[entry] ?? 1)
      }
      return sum
    }
  }
}
