extension ModelArtifact {
  /// The model with its calibration in the coefficients, for formats that know nothing of calibration: its logistic
  /// function gives the calibrated probabilities, in the same order. The model itself where it is not calibrated.
  ///
  /// - Throws: `ModelError.mismatch` for an isotonic calibration, which no linear model can hold.
  public func calibratedModel() throws(ModelError) -> LinearModel {
    switch calibration?.map {
    case nil: return model
    case .platt(let slope, let intercept):
      var calibrated = model
      calibrated.coefficients = model.coefficients.map { $0 * slope }
      calibrated.intercept = model.intercept * slope + intercept
      calibrated.standardErrors = nil
      return calibrated
    case .isotonic:
      throw .mismatch(
        "\(path): has an isotonic calibration, which this format cannot hold; fit with --calibration platt or none")
    }
  }
}
