internal import Foundation
internal import JSON

/// A line of `metrics.jsonl`: where the work stood at one step.
public struct RunStep: Equatable, Sendable {
  /// Counted from 0.
  public var step: Int
  /// Since the run began.
  public var seconds: Double
  /// By name.
  public var values: [String: Double]

  public init(step: Int, seconds: Double, values: [String: Double]) {
    self.step = step
    self.seconds = seconds
    self.values = values
  }

  /// The line without its end: `step`, `seconds`, then the values in the order of their names. A value that is not
  /// finite is left out, since JSON has no word for it.
  var line: [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.key("step")
      writer.integer(step)
      writer.key("seconds")
      writer.number(seconds)
      for (name, value) in values.sorted(by: { $0.key < $1.key }) where value.isFinite {
        writer.key(name)
        writer.number(value)
      }
    }
    return writer.bytes
  }

  /// The steps of a file's bytes. A last line without its end was cut by a crash and is left out.
  ///
  /// - Throws: ``JSONError`` for a whole line that is no step; ``TrackingError`` names it.
  static func parse(_ data: Data, path: String) throws -> [RunStep] {
    let parser = JSONParser()
    var lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    lines.removeLast()
    return try lines.enumerated().map { index, line in
      do {
        return try parser.parse(line) { root in
          var step = RunStep(step: 0, seconds: 0, values: [:])
          try root.forEachField { name, value in
            switch name {
            case "step": step.step = try value.integer()
            case "seconds": step.seconds = try value.number()
            default: step.values[name] = try value.number()
            }
          }
          return step
        }
      } catch let error as JSONError {
        throw TrackingError.run(path: "\(path):\(index + 1)", reason: "is not a step of a run: \(error)")
      }
    }
  }
}
