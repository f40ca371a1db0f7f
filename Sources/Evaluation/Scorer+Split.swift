public import Datasets
public import Models

extension Scorer {
  /// The log-odds of each row as it was logged, of dense and of sparse rows.
  ///
  /// - Precondition: The features are the model's; `ModelArtifact.requireFeatures` sees to it.
  public func logOdds(of split: DatasetSplit) -> [Double] {
    withExtendedLifetime(split) {
      guard let sparse = split.sparse else { return logOdds(rows: split.matrix) }
      return logOdds(offsets: sparse.offsets, indices: sparse.indices, values: sparse.values)
    }
  }
}
