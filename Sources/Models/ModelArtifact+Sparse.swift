internal import Features

extension ModelArtifact {
  /// Throws where a model of sparse rows does not name columns of its own, ascending, with a number each.
  func checkSparse(_ columns: SparseColumns) throws(ModelError) {
    guard model.coefficients.count == model.features.count, model.coefficients.allSatisfy(\.isFinite),
      model.intercept.isFinite, model.standardErrors == nil
    else { throw .damaged(path: "\(path)/model.json", reason: "does not hold one finite coefficient a feature") }
    guard featureSet == nil else {
      throw .damaged(path: path, reason: "holds features.yml, though its columns have no names")
    }
    var last = -1
    for name in model.features {
      guard let column = columns.column(named: name), column > last else {
        throw .damaged(
          path: "\(path)/model.json",
          reason: "names \"\(name)\", which is not one of its \(columns.count) columns or not in ascending order")
      }
      last = column
    }
    guard scaling.features.count == scaling.scale.count, scaling.features.count == scaling.mean.count,
      scaling.mean.allSatisfy({ $0 == 0 }), scaling.scale.allSatisfy({ $0 > 0 && $0.isFinite }),
      scaling.features.allSatisfy({ columns.column(named: $0) != nil })
    else {
      throw .damaged(
        path: "\(path)/scaler.json", reason: "does not hold a mean of 0 and a scale above 0 for columns of the model")
    }
  }

  /// Throws for a model of sparse rows, whose columns have no names that another tool could feed.
  public func requireNamedFeatures() throws(ModelError) {
    guard let columns = model.sparse else { return }
    throw .mismatch(
      "the model \(reference) is of \(columns.summary), which no portable form takes; docs/formats.md has the few lines "
        + "of NumPy that score with it")
  }

  func requireColumns(_ columns: SparseColumns?, of dataset: String) throws(ModelError) {
    guard let own = model.sparse, let columns else {
      throw .mismatch(
        model.sparse == nil
          ? "the model \(reference) is of named features, but the dataset \(dataset) is sparse"
          : "the model \(reference) is of a sparse dataset, but \(dataset) has named features")
    }
    guard own != columns else { return }
    throw .mismatch(
      "the model \(reference) has \(own.summary), but the dataset \(dataset) \(columns.summary); "
        + "import both with the same --columns, --index-base and --hash-bits")
  }
}
