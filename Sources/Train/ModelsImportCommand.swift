internal import ArgumentParser
internal import Features
internal import Files
internal import Foundation
internal import Models
internal import PortableModels

struct ModelsImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Makes a model's next version of coefficients that were fitted elsewhere.",
    discussion: """
      The file is one JSON object: features, coef and intercept, and for scaled features mean and scale, as scikit-learn's
      LogisticRegression and StandardScaler hold them. docs/tracking.md shows how to write it. The manifest keeps the
      file's SHA-256. `serve` takes the model only with --features, the feature set that makes these features.

        train models import --json fitted.json --name ranker --features features.yml
      """)

  @Option(name: .customLong("json"), help: .init("The JSON file of coefficients.", valueName: "file"))
  var file: String

  @Option(help: "The folder of all models.")
  var models = "models"

  @Option(help: "The model's name; its versions count up from 1.")
  var name: String

  @Option(help: "The feature set (YAML) that makes these features, in this order.")
  var features: String?

  @Flag(help: "Show no progress.")
  var quiet = false

  func run() throws {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw ModelError.missing("\(file): there is no such file; expected the JSON of coefficients")
    }
    let coefficients = try CoefficientFile(json: data, file: file)
    let featureSet = try features.map { try readFeatureSet($0, for: coefficients.model.features) }
    let artifact = try ModelRegistry(root: models).add(
      .init(
        model: coefficients.model, scaling: coefficients.scaling, featureSet: featureSet, metrics: [:],
        card: card(coefficients.model),
        dataset: .init(name: "imported coefficients", fingerprint: sha256(of: data), rows: 0),
        parameters: ["source": .text("import"), "file": .text(URL(fileURLWithPath: file).lastPathComponent)], seed: 0),
      as: name)
    print(
      "\(artifact.path)  \(artifact.hash.prefix(12))\n\(grouped(artifact.model.features.count)) features from \(file)"
        + (featureSet == nil ? "; without --features, `serve` does not take it" : ""))
  }

  private func readFeatureSet(_ path: String, for names: [String]) throws -> String {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ModelError.missing("\(path): there is no such file; expected a feature set")
    }
    let text = String(decoding: data, as: UTF8.self)
    let made = try FeatureSet(yaml: text, file: path).columnNames
    guard made == names else {
      let difference = zip(made, names).first { $0 != $1 }.map { "\"\($0)\" against \"\($1)\"" }
      throw ModelError.mismatch(
        "\(path) makes other features than \(file) has: \(difference ?? "\(made.count) against \(names.count)")")
    }
    return text
  }

  private func card(_ model: LinearModel) -> String {
    """
    # Model card

    A logistic regression over \(model.features.count) features, fitted elsewhere and imported from \
    `\(URL(fileURLWithPath: file).lastPathComponent)`. What it was fitted on and how good it is, the file does not say: \
    evaluate it with `train eval`.

    """
  }
}
