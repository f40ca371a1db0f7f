internal import JSON
public import Models

/// A logistic regression and its scaler as one JSON object in scikit-learn's terms: what a person can write from a fitted
/// `Pipeline(StandardScaler(), LogisticRegression())`, and read back into one.
///
///     {"features": ["age"], "classes": [0, 1], "coef": [[0.5]], "intercept": [-2], "mean": [3], "scale": [1.5]}
public struct CoefficientFile: Equatable, Sendable {
  public var model: LinearModel
  public var scaling: FeatureScaling

  /// - Throws: `ModelError` for a model with an isotonic calibration; Platt's goes into the coefficients.
  public init(_ artifact: ModelArtifact) throws(ModelError) {
    model = try artifact.calibratedModel()
    scaling = artifact.scaling
  }

  /// The text: numbers at full precision, a line end at the end. The same for the same model.
  public var text: String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.key("features")
      writer.array { writer in for name in model.features { writer.string(name) } }
      writer.key("classes")
      writer.array { writer in for label in 0...1 { writer.integer(label) } }
      writer.key("coef")
      writer.array { $0.numbers(model.coefficients) }
      writer.key("intercept")
      writer.numbers([model.intercept])
      writer.key("mean")
      writer.numbers(scaling.mean)
      writer.key("scale")
      writer.numbers(scaling.scale)
    }
    writer.newline()
    return writer.text
  }
}

extension JSONWriter {
  fileprivate mutating func numbers(_ values: [Double]) {
    array { writer in for value in values { writer.number(value) } }
  }
}
