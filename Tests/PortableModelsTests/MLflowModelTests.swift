import Models
import Testing

@testable import PortableModels

@Suite("The MLflow model folder")
struct MLflowModelTests {
  @Test("MLmodel byte by byte")
  func golden() throws {
    let fixture = try PortableFixture()
    let files = try MLflowModel(fixture.artifact, runID: "r1").files
    #expect(files.keys.sorted() == ["MLmodel", "conda.yaml", "model.onnx", "python_env.yaml", "requirements.txt"])
    #expect(
      String(decoding: try #require(files["MLmodel"]), as: UTF8.self) == """
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
            python_version: 3.11.0
        metadata:
          manifest_sha256: \(fixture.artifact.hash)
          model: 'tiny/1'
        mlflow_version: 3.0.0
        run_id: r1
        signature:
          inputs: '[{"name":"it''s \\"new\\"","required":true,"type":"float"},{"name":"place","required":true,"type":"float"}]'
          outputs: '[{"name":"log_odds","required":true,"type":"double"},{"name":"probability","required":true,"type":"double"}]'

        """)
    #expect(files["model.onnx"] == (try ONNXFile(fixture.artifact).bytes))
  }
}
