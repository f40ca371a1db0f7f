import Events
import Foundation
import JSON
import Logging

/// Logs one JSON object a line to standard error.
struct JSONLogHandler: LogHandler {
  var logLevel = Logger.Level.info
  var metadata: Logger.Metadata = [:]

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var line = JSONWriter()
    line.object { line in
      line.key("timestamp")
      line.string(Timestamp.now.description)
      line.key("level")
      line.string(event.level.rawValue)
      line.key("message")
      line.string("\(event.message)")
      for (name, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted(by: {
        $0.key < $1.key
      }) {
        line.key(name)
        line.string("\(value)")
      }
    }
    line.newline()
    FileHandle.standardError.write(Data(line.bytes))
  }
}
