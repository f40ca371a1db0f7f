import Foundation
import Models
import Testing

@testable import Tracking

/// The bytes of format version 1: what is on disk must be read for ever.
@Suite("Bytes of run.json and metrics.jsonl")
struct RunRecordFormatTests {
  static let record: RunRecord = {
    var record = RunRecord(
      name: "n", command: "fit", arguments: ["fit", "--l2", "1"], started: Date(timeIntervalSince1970: 1.5),
      toolVersion: "0.1.0", dataset: .tiny,
      model: .init(name: "ranker", version: 7, path: "models/ranker/7", hash: "cd34"),
      parameters: ["l2": .number(1), "solver": .text("nested")])
    record.status = .done
    record.ended = Date(timeIntervalSince1970: 2.75)
    record.git = GitRevision(revision: "0f0f", dirty: true)
    record.metrics = ["validation/auc": MetricValue(value: 0.75, low: 0.5, high: 0.875)]
    record.artifacts = [.init(path: "report.html", sha256: "ef56")]
    record.mlflow = [
      .init(uri: "http://h:1", experimentID: "1", runID: "r", registeredModel: "ranker", modelVersion: "2")
    ]
    return record
  }()

  static let text = """
    {
      "arguments" : [
        "fit",
        "--l2",
        "1"
      ],
      "artifacts" : [
        {
          "path" : "report.html",
          "sha256" : "ef56"
        }
      ],
      "command" : "fit",
      "dataset" : {
        "fingerprint" : "ab12",
        "name" : "demo",
        "path" : "datasets/demo",
        "rows" : 42,
        "split" : "train"
      },
      "ended" : "1970-01-01T00:00:02.750Z",
      "format_version" : 1,
      "git" : {
        "dirty" : true,
        "revision" : "0f0f"
      },
      "metrics" : {
        "validation/auc" : {
          "high" : 0.875,
          "low" : 0.5,
          "value" : 0.75
        }
      },
      "mlflow" : [
        {
          "experiment_id" : "1",
          "model_version" : "2",
          "registered_model" : "ranker",
          "run_id" : "r",
          "uri" : "http://h:1"
        }
      ],
      "model" : {
        "hash" : "cd34",
        "name" : "ranker",
        "path" : "models/ranker/7",
        "version" : 7
      },
      "name" : "n",
      "parameters" : {
        "l2" : 1,
        "solver" : "nested"
      },
      "started" : "1970-01-01T00:00:01.500Z",
      "status" : "done",
      "tool_version" : "0.1.0"
    }

    """

  @Test("A record is written and read as these bytes")
  func record() throws {
    #expect(String(decoding: try Self.record.encoded(), as: UTF8.self) == Self.text)
    #expect(try RunRecord(decoding: Data(Self.text.utf8)) == Self.record)
  }

  @Test("A time keeps its millisecond, however often it is read and written")
  func times() throws {
    for millisecond in 0..<1000 {
      var record = Self.record
      record.started = Date(timeIntervalSince1970: 1_795_474_706 + Double(millisecond) / 1000)
      let first = try record.encoded()
      #expect(try RunRecord(decoding: first).encoded() == first)
      #expect(String(decoding: first, as: UTF8.self).contains(String(format: ".%03dZ", millisecond)))
    }
  }

  @Test("A step is a line")
  func step() throws {
    let step = RunStep(step: 3, seconds: 0.25, values: ["objective": 1e-7, "a": 2, "nan": .nan])
    #expect(String(decoding: step.line, as: UTF8.self) == #"{"step":3,"seconds":0.25,"a":2.0,"objective":1e-07}"#)
  }

  @Test("git's answer, with and without changes, and before the first commit")
  func git() {
    let clean = "# branch.oid 0123abcd\n# branch.head main\n"
    #expect(GitRevision(status: clean) == GitRevision(revision: "0123abcd", dirty: false))
    let dirty = clean + "1 .M N... 100644 100644 100644 0123abcd 0123abcd README.md\n"
    #expect(GitRevision(status: dirty) == GitRevision(revision: "0123abcd", dirty: true))
    #expect(GitRevision(status: "# branch.oid (initial)\n# branch.head main\n") == nil)
    #expect(GitRevision(status: "") == nil)
  }
}
