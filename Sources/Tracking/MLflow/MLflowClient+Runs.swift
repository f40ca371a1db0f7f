internal import Foundation
internal import JSON
internal import Models

extension MLflowClient {
  struct CreatedRun {
    var id: String
    var artifactURI: String
  }

  /// The id of the experiment of that name; made where there is none, also when another client makes it meanwhile.
  func experiment(_ name: String) throws -> String {
    for _ in 0..<2 {
      do {
        return try get("experiments/get-by-name", ["experiment_name": name]) { root in
          try root.field("experiment") { experiment in
            guard try experiment.text("lifecycle_stage") == "active" else {
              throw TrackingError.server(
                "the experiment \"\(name)\" is deleted on the server; restore it or name another")
            }
            return try experiment.text("experiment_id")
          }
        }
      } catch let refusal as Refusal where refusal.code == "RESOURCE_DOES_NOT_EXIST" {
        do {
          return try call("experiments/create", { $0.field("name", name) }) { try $0.text("experiment_id") }
        } catch let refusal as Refusal where refusal.code == "RESOURCE_ALREADY_EXISTS" {}
      }
    }
    throw TrackingError.server("the experiment \"\(name)\" can neither be found nor made")
  }

  func createRun(_ record: RunRecord, experiment: String) throws -> CreatedRun {
    try call("runs/create") { writer in
      writer.field("experiment_id", experiment)
      writer.field("run_name", record.name)
      writer.field("start_time", record.started.milliseconds)
      writer.pairs("tags", record.mlflowTags)
    } read: { root in
      try root.field("run") {
        try $0.field("info") { info in
          CreatedRun(id: try info.text("run_id"), artifactURI: try info.text("artifact_uri"))
        }
      }
    }
  }

  /// The parameters, the metrics of every step and the final ones, in as many batches as MLflow's limits ask for: 100
  /// parameters, 1,000 metrics.
  func log(_ record: RunRecord, steps: [RunStep], run: String) throws {
    let parameters = record.parameters.sorted { $0.key < $1.key }.map { ($0.key, $0.value.plain) }
    for batch in parameters.batches(of: 100) {
      try call("runs/log-batch", isIdempotent: true) { writer in
        writer.field("run_id", run)
        writer.pairs("params", batch)
      }
    }
    for batch in record.mlflowMetrics(steps: steps).batches(of: 1000) {
      try call("runs/log-batch", isIdempotent: true) { writer in
        writer.field("run_id", run)
        writer.key("metrics")
        writer.array { writer in
          for metric in batch {
            writer.object { writer in
              writer.field("key", metric.name)
              writer.key("value")
              writer.number(metric.value)
              writer.field("timestamp", metric.milliseconds)
              writer.field("step", metric.step)
            }
          }
        }
      }
    }
  }

  /// The dataset as an input of the run, so that MLflow can find runs by it.
  func log(_ dataset: RunRecord.DatasetReference, command: String, run: String) throws {
    try call("runs/log-inputs", isIdempotent: true) { writer in
      writer.field("run_id", run)
      writer.key("datasets")
      writer.array { writer in
        writer.object { writer in
          writer.pairs("tags", [("mlflow.data.context", command == "fit" ? "training" : "evaluation")])
          writer.key("dataset")
          writer.object { writer in
            writer.field("name", dataset.name)
            writer.field("digest", String(dataset.fingerprint.prefix(36)))  // MLflow keeps no more.
            writer.field("source_type", "local")
            writer.field("source", JSONWriter.text { $0.field("uri", dataset.name) })
            writer.field(
              "profile",
              JSONWriter.text { profile in
                profile.field("rows", dataset.rows)
                profile.field("split", dataset.split)
              })
          }
        }
      }
    }
  }

  func end(_ run: String, status: String, at time: Date?) throws {
    try call("runs/update", isIdempotent: true) { writer in
      writer.field("run_id", run)
      writer.field("status", status)
      if let time { writer.field("end_time", time.milliseconds) }
    }
  }
}

extension RunRecord {
  /// Tags that MLflow's pages know, and ours.
  fileprivate var mlflowTags: [(String, String)] {
    var tags = [
      ("command", command), ("dataset.fingerprint", dataset.fingerprint), ("dataset.name", dataset.name),
      ("dataset.split", dataset.split), ("mlflow.source.name", "train \(command)"), ("mlflow.source.type", "LOCAL"),
      ("mlflow.user", NSUserName()), ("run", name), ("tool_version", toolVersion),
    ]
    if let git {
      tags.append(("mlflow.source.git.commit", git.revision))
      tags.append(("git.dirty", "\(git.dirty)"))
    }
    if let model {
      tags.append(("model", [model.name, model.version.map(String.init)].compactMap { $0 }.joined(separator: "/")))
      if let hash = model.hash { tags.append(("model.manifest_sha256", hash)) }
    }
    if let error { tags.append(("error", String(error.prefix(5000)))) }
    return tags
  }

  struct MLflowMetric: Equatable {
    var name: String
    var value: Double
    var milliseconds: Int
    var step: Int
  }

  /// The figures of every step, then the final ones, with the ends of intervals as `_low` and `_high`. MLflow allows no
  /// `@` in a name: `ndcg@5` becomes `ndcg_at_5`, as in its own evaluation.
  func mlflowMetrics(steps: [RunStep]) -> [MLflowMetric] {
    var result: [MLflowMetric] = []
    for step in steps {
      let time = started.addingTimeInterval(step.seconds).milliseconds
      for (name, value) in step.values.sorted(by: { $0.key < $1.key }) {
        result.append(MLflowMetric(name: Self.mlflowName(name), value: value, milliseconds: time, step: step.step))
      }
    }
    let time = (ended ?? started).milliseconds
    for (name, value) in metrics.sorted(by: { $0.key < $1.key }) {
      for (suffix, number) in [("", value.value), ("_low", value.low), ("_high", value.high)] {
        guard let number, number.isFinite else { continue }
        result.append(MLflowMetric(name: Self.mlflowName(name) + suffix, value: number, milliseconds: time, step: 0))
      }
    }
    return result
  }

  /// What of a name MLflow takes: letters, digits, `_`, `-`, `.`, space, `/`.
  static func mlflowName(_ name: String) -> String {
    String(
      name.replacing("@", with: "_at_").map { character in
        character.isASCII && (character.isLetter || character.isNumber || "_-. /".contains(character)) ? character : "_"
      })
  }
}

extension ModelManifest.Parameter {
  /// As a person writes it: a whole number without a fraction.
  fileprivate var plain: String {
    if case .number(let number) = self, let whole = Int(exactly: number) { return "\(whole)" }
    return description
  }
}

extension Date {
  /// Since 1970.
  fileprivate var milliseconds: Int { Int((timeIntervalSince1970 * 1000).rounded()) }
}

extension Array {
  /// The elements in order, up to `size` at a time.
  func batches(of size: Int) -> [ArraySlice<Element>] {
    stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
  }
}

extension JSONWriter {
  /// An object as a text, for fields that hold JSON in a string.
  fileprivate static func text(_ body: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    writer.object(body)
    return writer.text
  }

  mutating func field(_ name: String, _ value: String) {
    key(name)
    string(value)
  }

  mutating func field(_ name: String, _ value: Int) {
    key(name)
    integer(value)
  }

  /// `[{"key": …, "value": …}]`
  mutating func pairs(_ name: String, _ pairs: some Sequence<(String, String)>) {
    key(name)
    array { writer in
      for (key, value) in pairs {
        writer.object { writer in
          writer.field("key", key)
          writer.field("value", value)
        }
      }
    }
  }
}
