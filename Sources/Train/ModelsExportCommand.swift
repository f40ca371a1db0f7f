internal import ArgumentParser
internal import Files
internal import Foundation
internal import Models
internal import PortableModels

struct ModelsExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes a model in a form that other tools read.",
    discussion: """
      onnx: one graph from raw features (float32, N×d) to log_odds and probability (float64, N), for ONNX Runtime and
      its like. mlflow: a folder for `mlflow models serve` and `mlflow.pyfunc.load_model`. sklearn-json: coefficients and
      scaler as one JSON object, which `train models import` reads back.

      All three take the features as they are logged. A feature that is the position must be given its serving value
      (metadata `serving_values`) by whoever scores with them.

        train models export models/ranker/1 --format onnx --out ranker.onnx
        train models export models/ranker/1 --format mlflow --out ranker-mlflow
        train models export models/ranker/1 --format sklearn-json --out ranker.json
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case onnx, mlflow
    case sklearnJSON = "sklearn-json"
  }

  @Argument(help: "The model's folder, models/NAME/VERSION, or models/NAME for its newest version.")
  var model: String

  @Option(help: "\(Format.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format: Format

  @Option(
    help: "The file to write, one that is there is replaced; for mlflow a folder, replaced if it is of that kind.")
  var out: String

  @OptionGroup var output: OutputOptions

  func run() throws {
    let artifact = try loadModel(model)
    try artifact.requireNamedFeatures()
    let bytes =
      switch format {
      case .onnx: try write(ONNXFile(artifact).bytes)
      case .sklearnJSON: try write(Array(CoefficientFile(artifact).text.utf8))
      case .mlflow: try writeFolder(MLflowModel(artifact))
      }
    output.print(text: "\(out): \(artifact.reference) as \(format.rawValue), \(grouped(bytes)) bytes") { writer in
      writer.field("model", artifact.path)
      writer.field("hash", artifact.hash)
      writer.field("format", format.rawValue)
      writer.field("out", out)
      writer.field("bytes", bytes)
    }
  }

  private func write(_ bytes: [UInt8]) throws -> Int {
    try writeFileAtomically(bytes, to: out)
    return bytes.count
  }

  private func writeFolder(_ model: MLflowModel) throws -> Int {
    try writeDirectoryAtomically(at: out, replacingFolderWith: "MLmodel") { folder in
      for (name, bytes) in model.files { try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
    }
    return model.files.values.reduce(0) { $0 + $1.count }
  }
}
