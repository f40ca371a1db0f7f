internal import Foundation
public import YAML

/// A split of users between models: what a file in `experiments/` says.
public struct Experiment: Equatable, Sendable {
  public var name: String
  /// What the hash of a unit begins with; another salt is another, independent split.
  public var salt: String
  public var variants: [Variant]
  /// When it runs and what decides; the assignment does not depend on it.
  public var plan: ExperimentPlan

  public struct Variant: Equatable, Sendable {
    public var name: String
    /// Its share is this over the sum of all.
    public var weight: Double
    /// `NAME/VERSION`, or `NAME` for the newest version when it is loaded.
    public var model: String

    public init(name: String, weight: Double, model: String) {
      self.name = name
      self.weight = weight
      self.model = model
    }
  }

  /// - Precondition: at least one variant, no weight below 0, and a finite sum of weights above 0.
  public init(name: String, salt: String? = nil, variants: [Variant], plan: ExperimentPlan = ExperimentPlan()) {
    precondition(variants.contains { $0.weight > 0 }, "experiment \(name) has no variant with a weight")
    precondition(variants.allSatisfy { $0.weight >= 0 }, "experiment \(name) has a weight below 0")
    precondition(variants.reduce(0) { $0 + $1.weight }.isFinite, "the weights of experiment \(name) are too large")
    self.name = name
    self.salt = salt ?? name
    self.variants = variants
    self.plan = plan
  }

  /// The variant that the others are compared with, as an index.
  public var controlIndex: Int { variants.firstIndex { $0.name == plan.control } ?? 0 }
}

extension Experiment {
  /// Reads an experiment file.
  ///
  /// - Throws: ``YAMLError`` that names file, line and field.
  public init(contentsOf path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw YAMLError(file: path, line: 1, reason: "cannot be read; expected an experiment (see docs/experiments.md)")
    }
    try self.init(yaml: String(decoding: data, as: UTF8.self), file: path)
  }

  /// Reads the text of an experiment file; `file` is the name that errors give.
  public init(yaml text: String, file: String) throws(YAMLError) {
    let root = try YAMLValue(text: text, file: file)
    try root.expectKeys(["name", "unit", "salt", "variants"] + ExperimentPlan.fields)
    if let unit = root.field("unit"), try unit.string() != "user" {
      throw unit.error("expected user, found \"\(try unit.string())\"")
    }
    var variants: [Variant] = []
    for item in try root.required("variants").list() {
      let name = try item.labelled("variant").required("name").string()
      let item = item.labelled("variant \"\(name)\"")
      try item.expectKeys(["name", "weight", "model"])
      guard !variants.contains(where: { $0.name == name }) else { throw item.error("stands there twice") }
      let weight = try item.required("weight").number()
      guard weight >= 0 else { throw try item.required("weight").error("expected 0 or more, found \(weight)") }
      variants.append(Variant(name: name, weight: weight, model: try item.required("model").string()))
    }
    guard variants.contains(where: { $0.weight > 0 }) else {
      throw try root.required("variants").error("needs at least one variant with a weight above 0")
    }
    guard variants.reduce(0, { $0 + $1.weight }).isFinite else {
      throw try root.required("variants").error("the weights add up to more than a number can hold")
    }
    let name = try root.required("name").string()
    self.init(
      name: name, salt: try root.field("salt")?.string(), variants: variants,
      plan: try ExperimentPlan(root, variants: variants))
  }
}
