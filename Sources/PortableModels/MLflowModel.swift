internal import JSON
public import Models

/// A model as the folder that MLflow's tools load: the ONNX graph with the flavours `onnx` and `python_function`.
///
/// `mlflow models serve`, `mlflow.pyfunc.load_model` and `mlflow.onnx.load_model` read it. Its signature names the
/// features, so that a caller may send the columns of a table in any order.
public struct MLflowModel: Sendable {
  /// The folder's files by name; the same for the same model and run.
  public let files: [String: [UInt8]]

  /// The version of MLflow whose format this is; later versions read it too.
  private static let mlflowVersion = "3.0.0"
  private static let pythonVersion = "3.11.0"

  /// - Parameter runID: the run of a tracking server that it belongs to.
  /// - Throws: as ``ONNXFile``.
  public init(_ artifact: ModelArtifact, runID: String? = nil) throws {
    files = [
      "model.onnx": try ONNXFile(artifact).bytes,
      "MLmodel": Array(Self.description(artifact, runID: runID).utf8),
      "requirements.txt": Array("mlflow\nnumpy\nonnx\nonnxruntime>=1.12\npandas\n".utf8),
      "python_env.yaml": Array(
        """
        python: \(Self.pythonVersion)
        build_dependencies:
        - pip
        - setuptools
        - wheel
        dependencies:
        - -r requirements.txt

        """.utf8),
      "conda.yaml": Array(
        """
        channels:
        - conda-forge
        dependencies:
        - python=\(Self.pythonVersion)
        - pip
        - pip:
          - -r requirements.txt
        name: mlflow-env

        """.utf8),
    ]
  }

  private static func description(_ artifact: ModelArtifact, runID: String?) -> String {
    let inputs = columns(artifact.model.features, type: "float")
    let outputs = columns(["log_odds", "probability"], type: "double")
    return """
      flavors:
        onnx:
          code: null
          data: model.onnx
          onnx_version: 1.17.0
          providers:
          - CPUExecutionProvider
        python_function:
          data: model.onnx
          env:
            conda: conda.yaml
            virtualenv: python_env.yaml
          loader_module: mlflow.onnx
          python_version: \(pythonVersion)
      metadata:
        manifest_sha256: \(artifact.hash)
        model: \(quoted(artifact.reference))
      mlflow_version: \(mlflowVersion)
      \(runID.map { "run_id: \($0)\n" } ?? "")signature:
        inputs: \(quoted(inputs))
        outputs: \(quoted(outputs))

      """
  }

  /// The columns of a table, each of the type, as the JSON text that a signature holds.
  private static func columns(_ names: [String], type: String) -> String {
    var writer = JSONWriter()
    writer.array { writer in
      for name in names {
        writer.object { writer in
          writer.key("name")
          writer.string(name)
          writer.key("required")
          writer.bool(true)
          writer.key("type")
          writer.string(type)
        }
      }
    }
    return writer.text
  }

  /// A text in YAML's single quotes, in which only the quote itself is special; a JSON text has no line ends.
  private static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }
}
