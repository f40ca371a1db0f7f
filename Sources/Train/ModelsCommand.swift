internal import ArgumentParser
internal import JSON
internal import Models

struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models", abstract: "Lists, shows, checks, exports and imports models.",
    subcommands: [
      ModelsListCommand.self, ModelsShowCommand.self, ModelsVerifyCommand.self, ModelsExportCommand.self,
      ModelsImportCommand.self,
    ])
}

struct ModelsListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists every version with its validation metrics.",
    discussion: "  train models list --models models")

  @Option(help: "The folder of all models.")
  var models = "models"

  @OptionGroup var output: OutputOptions

  func run() throws {
    let registry = ModelRegistry(root: models)
    let entries = registry.names().flatMap { name in
      registry.versions(of: name).map { version in
        (reference: "\(name)/\(version)", artifact: Result { try registry.load("\(name)/\(version)") })
      }
    }
    var table = Table("model", "hash", "dataset", "rows", "auc", "ndcg@5", "state")
    for entry in entries {
      switch entry.artifact {
      case .success(let artifact):
        let validation = artifact.metrics["validation"]
        table.add(
          entry.reference, String(artifact.hash.prefix(12)), artifact.manifest.dataset.name,
          grouped(artifact.manifest.dataset.rows), cell(validation?["auc"]), cell(validation?["ndcg@5"]), "whole")
      case .failure: table.add(entry.reference, "–", "–", "–", "–", "–", "damaged")
      }
    }
    output.print(text: entries.isEmpty ? "\(models): no model yet; make one with `train fit`" : table.text) { writer in
      writer.key("models")
      writer.array { writer in
        for entry in entries {
          writer.object { writer in
            writer.field("model", entry.reference)
            switch entry.artifact {
            case .success(let artifact):
              writer.field("hash", artifact.hash)
              writer.field("dataset", artifact.manifest.dataset.name)
              writer.field("rows", artifact.manifest.dataset.rows)
              if let auc = artifact.metrics["validation"]?["auc"] { writer.field("validation_auc", auc.value) }
            case .failure(let error): writer.field("error", "\(error)")
            }
          }
        }
      }
    }
  }
}

struct ModelsShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows a model: provenance, metrics, coefficients.",
    discussion: "  train models show models/ranker/1")

  @Argument(help: "The model's folder, models/NAME/VERSION, or models/NAME for its newest version.")
  var model: String

  @OptionGroup var output: OutputOptions

  func run() throws {
    let artifact = try loadModel(model)
    let rows = artifact.model.features.indices.sorted {
      (-abs(artifact.model.coefficients[$0]), $0) < (-abs(artifact.model.coefficients[$1]), $1)
    }
    let parameters = artifact.manifest.parameters.sorted { $0.key < $1.key }
    output.print(
      text: """
        \(artifact.path)  \(artifact.hash)
        dataset \(artifact.manifest.dataset.name) (\(artifact.manifest.dataset.fingerprint.prefix(12))), \
        \(grouped(artifact.manifest.dataset.rows)) rows; made by \(artifact.manifest.toolVersion)
        \(parameters.map { "\($0.key) \($0.value)" }.joined(separator: ", "))

        \(coefficients(artifact, rows))
        """
    ) { writer in
      writer.field("model", artifact.path)
      writer.field("hash", artifact.hash)
      writer.field("dataset", artifact.manifest.dataset.name)
      writer.field("dataset_fingerprint", artifact.manifest.dataset.fingerprint)
      writer.field("rows", artifact.manifest.dataset.rows)
      writer.field("intercept", artifact.model.intercept)
      writer.key("coefficients")
      writer.object { writer in
        for (name, value) in zip(artifact.model.features, artifact.model.coefficients) { writer.field(name, value) }
      }
      writer.standardErrors(of: artifact.model)
    }
  }

  /// The table of coefficients, those of `rows` in this order, and the intercept.
  private func coefficients(_ artifact: ModelArtifact, _ rows: [Int]) -> String {
    let (model, scaling) = (artifact.model, artifact.scaling)
    if model.sparse != nil { return sparseCoefficients(model, rows) }
    guard let estimates = ModelEstimates(model) else {
      var table = Table("feature", "coefficient", "mean", "scale")
      for row in rows {
        table.add(
          model.features[row], fixed(model.coefficients[row]), fixed(scaling.mean[row]), fixed(scaling.scale[row]))
      }
      return "\(table.text)\nintercept  \(fixed(model.intercept))"
    }
    let header = EstimateCells.header
    var table = Table("feature", "coefficient", header.error, header.z, header.p, header.interval, "mean", "scale")
    for row in rows {
      let cells = EstimateCells(estimates.coefficients[row])
      table.add(
        model.features[row], fixed(model.coefficients[row]), cells.error, cells.z, cells.p, cells.interval,
        fixed(scaling.mean[row]), fixed(scaling.scale[row]))
    }
    let cells = EstimateCells(estimates.intercept)
    table.add("intercept", fixed(model.intercept), cells.error, cells.z, cells.p, cells.interval, "–", "–")
    return "\(table.text)\nstandard errors: \(estimates.assumption)"
  }
}

struct ModelsVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Checks every file of a model against its hash and its meaning.",
    discussion: "  train models verify models/ranker/1\n\nExits 1 and names the file when something is wrong.")

  @Argument(help: "The model's folder, models/NAME/VERSION, or models/NAME for its newest version.")
  var model: String

  @OptionGroup var output: OutputOptions

  func run() throws {
    let artifact = try loadModel(model)
    output.print(
      text: "\(artifact.path): whole; \(artifact.manifest.files.count) files match manifest \(artifact.hash.prefix(12))"
    ) { writer in
      writer.field("model", artifact.path)
      writer.field("hash", artifact.hash)
      writer.field("verified", true)
    }
  }
}
