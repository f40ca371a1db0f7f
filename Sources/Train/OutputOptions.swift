internal import ArgumentParser
internal import Foundation
internal import JSON

/// How every command speaks.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print one JSON object in place of tables.")
  var json = false

  @Flag(help: "Show no progress.")
  var quiet = false

  /// Prints the result: the JSON object with `--json`, else the text.
  func print(text: @autoclosure () -> String, json object: (inout JSONWriter) throws -> Void) rethrows {
    guard json else {
      Swift.print(text())
      return
    }
    var writer = JSONWriter()
    try writer.object(object)
    Swift.print(writer.text)
  }

  func progress(_ label: String, unit: String) -> Progress { Progress(label: label, unit: unit, quiet: quiet) }
}

extension JSONWriter {
  mutating func field(_ name: String, _ value: String) {
    key(name)
    string(value)
  }

  mutating func field(_ name: String, _ value: Int) {
    key(name)
    integer(value)
  }

  mutating func field(_ name: String, _ value: Double) {
    key(name)
    number(value)
  }

  mutating func field(_ name: String, _ value: Bool) {
    key(name)
    bool(value)
  }
}

/// Says on standard error how far a long work has come: a line that changes on a terminal, else one every few seconds.
final class Progress {
  private let label: String
  private let unit: String
  private let quiet: Bool
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let start = ContinuousClock.now
  private var last = ContinuousClock.now

  init(label: String, unit: String, quiet: Bool) {
    self.label = label
    self.unit = unit
    self.quiet = quiet
  }

  func update(_ count: Int, of total: Int? = nil) {
    let now = ContinuousClock.now
    guard !quiet, now - last > (isTerminal ? .milliseconds(100) : .seconds(5)) else { return }
    last = now
    let share = total.map { " of \(grouped($0)) (\(100 * count / max(1, $0)) %)" } ?? ""
    write("\(label): \(grouped(count))\(share) \(unit), \(seconds(now - start)) s")
  }

  /// The end of the work, in one line.
  func finish(_ summary: String) {
    guard !quiet else { return }
    write("\(label): \(summary), \(seconds(ContinuousClock.now - start)) s")
    if isTerminal { FileHandle.standardError.write(Data("\n".utf8)) }
  }

  private func write(_ text: String) {
    FileHandle.standardError.write(Data((isTerminal ? "\r\u{1B}[K" + text : text + "\n").utf8))
  }

  private func seconds(_ duration: Duration) -> String { String(format: "%.1f", duration / .seconds(1)) }
}
