internal import Features
internal import JSON
public import Models
internal import SwiftProtobuf

/// A model as an ONNX file: the scaler and the linear model in one graph, in float64 throughout.
///
/// The input `features` is float32, N×d: raw features in the model's order. The outputs `log_odds` and `probability` are
/// float64, N each.
///
///     features → Cast → Sub mean → Div scale → MatMul coefficients → Add intercept → log_odds → Sigmoid → probability
///
/// A calibrated model has its calibration in the place of the last step: Platt's sigmoid, or for isotonic regression a
/// binary search and a straight line.
///
/// ONNX's own Scaler and LinearClassifier would say the same in two nodes, but compute in float32: over 1,000,000 rows
/// of 32 features they differed from us by 1.3e-6 and put rows into another order; this graph differs by less than 1e-12.
///
/// The file's metadata name the features, the model, its hash, and for a feature that is a position the value that a
/// server scores with: as in ``Scorer``, whoever scores must put it in the place of the logged position.
public struct ONNXFile: Sendable {
  /// onnxruntime 1.12 and later read it.
  private static let operatorSet: Int64 = 17
  private static let irVersion: Int64 = 8

  /// The same for the same model.
  public let bytes: [UInt8]

  /// - Throws: `ModelError.mismatch` for a model of sparse rows; what swift-protobuf throws for one of 2 GiB and more.
  public init(_ artifact: ModelArtifact) throws {
    try artifact.requireNamedFeatures()
    let model = ONNXModel.with {
      $0.irVersion = Self.irVersion
      $0.producerName = "predictive-propositions"
      $0.producerVersion = toolVersion
      $0.docString = "Logistic regression on scaled features: the log-odds and the probability of a yes."
      $0.opsetImport = [.with { $0.version = Self.operatorSet }]
      $0.graph = Self.graph(artifact)
      $0.metadataProps = Self.metadata(artifact)
    }
    bytes = try model.serializedBytes()
  }

  private static func graph(_ artifact: ModelArtifact) -> ONNXGraph {
    let width = artifact.model.features.count
    let (model, scaling) = (artifact.model, artifact.scaling)
    let probability = ONNXCalibration(artifact.calibration)
    return .with {
      $0.name = "ranker"
      $0.input = [value("features", .float, [.with { $0.dimParam = "N" }, .with { $0.dimValue = Int64(width) }])]
      $0.output = [
        value("log_odds", .double, [.with { $0.dimParam = "N" }]),
        value("probability", .double, [.with { $0.dimParam = "N" }]),
      ]
      $0.initializer =
        [
          ONNXTensor("mean", scaling.mean), ONNXTensor("scale", scaling.scale),
          ONNXTensor("coefficients", model.coefficients), ONNXTensor("intercept", [model.intercept]),
        ] + probability.tensors
      var cast = ONNXNode("Cast", ["features"], "exact")
      cast.attribute = [
        .with {
          $0.name = "to"
          $0.type = .int
          $0.i = Int64(ONNXElementType.double.rawValue)
        }
      ]
      $0.node =
        [
          cast, ONNXNode("Sub", ["exact", "mean"], "centred"), ONNXNode("Div", ["centred", "scale"], "scaled"),
          ONNXNode("MatMul", ["scaled", "coefficients"], "product"),
          ONNXNode("Add", ["product", "intercept"], "log_odds"),
        ] + probability.nodes
    }
  }

  private static func value(
    _ name: String, _ type: ONNXElementType, _ dimensions: [ONNXShape.Dimension]
  ) -> ONNXValueInfo {
    .with {
      $0.name = name
      $0.type.tensorType.elemType = type
      $0.type.tensorType.shape.dim = dimensions
    }
  }

  private static func metadata(_ artifact: ModelArtifact) -> [ONNXProperty] {
    var features = JSONWriter()
    features.array { writer in for name in artifact.model.features { writer.string(name) } }
    var serving = JSONWriter()
    serving.object { writer in
      for (column, value) in artifact.featureSet?.positionColumns ?? [] {
        writer.key(artifact.model.features[column])
        writer.number(value)
      }
    }
    return [
      ("features", features.text), ("model", artifact.reference), ("manifest_sha256", artifact.hash),
      ("serving_values", serving.text),
    ].map { key, value in
      .with {
        $0.key = key
        $0.value = value
      }
    }
  }
}
