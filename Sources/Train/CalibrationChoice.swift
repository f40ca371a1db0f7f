internal import ArgumentParser
internal import Datasets
internal import Evaluation
internal import Learning
internal import Models

/// `--calibration`: how a fit makes probabilities of log-odds.
enum CalibrationChoice: String, CaseIterable, ExpressibleByArgument {
  case none, platt, isotonic

  /// The map that fits the validation side best; nil for `none`.
  func callAsFunction(_ scorer: Scorer, on dataset: Dataset) throws -> Calibration? {
    guard self != .none else { return nil }
    let split = try dataset.split(.validation)
    return try withExtendedLifetime(split) {
      let scores = scorer.logOdds(of: split)
      do {
        return Calibration(map: try map(scores, split), split: SplitName.validation.rawValue, rows: scores.count)
      } catch let error as CalibrationError {
        throw DatasetError.file(
          "\(dataset.path)/validation", "--calibration \(rawValue): \(error). Nothing was written; fit without it")
      }
    }
  }

  private func map(_ scores: [Double], _ split: DatasetSplit) throws -> Calibration.Map {
    if self == .platt {
      let platt = try PlattScaling(scores: scores, labels: split.labels, weights: split.weights)
      return .platt(slope: platt.slope, intercept: platt.intercept)
    }
    let isotonic = try IsotonicRegression(scores: scores, labels: split.labels, weights: split.weights)
    return .isotonic(logOdds: isotonic.scores, probabilities: isotonic.values)
  }
}

extension Calibration {
  /// What to know before reading metrics of a side of the dataset.
  func caution(on split: SplitName) -> String? {
    guard self.split == split.rawValue else { return nil }
    return "calibrated (\(method)) on \(self.split): its log loss, Brier score and calibration error here are "
      + "optimistic; those on test are not"
  }
}
