import Synchronization

/// A family of one name in the Prometheus text format, with a series for each combination of label values.
///
/// A series exists from its first value on and is never removed: label values come from bounded sets only.
protocol MetricFamily: Sendable {
  var descriptor: MetricDescriptor { get }
  /// Appends the lines of all series, in the order of their label values.
  func writeSeries(to text: inout String)
}

struct MetricDescriptor: Sendable {
  enum Kind: String, Sendable { case counter, gauge, histogram }

  let name: String
  let kind: Kind
  let help: String
  let labels: [String]

  /// `{a="1",b="2"}`, or nothing without labels.
  func labelText(_ values: [String], and extra: String? = nil) -> String {
    let pairs = zip(labels, values).map { "\($0)=\"\(Self.escaped($1))\"" } + (extra.map { [$0] } ?? [])
    return pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}"
  }

  private static func escaped(_ value: String) -> String {
    value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}

/// A counter, or a gauge that is set.
final class NumberFamily: MetricFamily {
  let descriptor: MetricDescriptor
  private let series = Mutex<[[String]: Double]>([:])

  /// Without labels the one series begins at 0.
  init(_ name: String, _ kind: MetricDescriptor.Kind, help: String, labels: [String] = []) {
    descriptor = MetricDescriptor(name: name, kind: kind, help: help, labels: labels)
    if labels.isEmpty { series.withLock { $0[[]] = 0 } }
  }

  func add(_ amount: Int = 1, _ labels: String...) { series.withLock { $0[labels, default: 0] += Double(amount) } }

  func set(_ value: Double, _ labels: String...) { series.withLock { $0[labels] = value } }

  func value(_ labels: String...) -> Double { series.withLock { $0[labels] ?? 0 } }

  func writeSeries(to text: inout String) {
    for (labels, value) in series.withLock(\.self).sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      text += "\(descriptor.name)\(descriptor.labelText(labels)) \(prometheusText(value))\n"
    }
  }
}

/// A histogram with fixed bounds.
final class HistogramFamily: MetricFamily {
  private struct Cells {
    /// One count a bound, and one for what is beyond the last.
    var counts: [UInt64]
    var sum = 0.0
  }

  let descriptor: MetricDescriptor
  private let bounds: [Double]
  private let series = Mutex<[[String]: Cells]>([:])

  /// - Parameter bounds: the upper bounds of the buckets, ascending, without infinity.
  init(_ name: String, help: String, labels: [String], bounds: [Double]) {
    descriptor = MetricDescriptor(name: name, kind: .histogram, help: help, labels: labels)
    self.bounds = bounds
  }

  func observe(_ value: Double, _ labels: String...) {
    let cell = bounds.firstIndex { value <= $0 } ?? bounds.count
    series.withLock { series in
      var cells = series.removeValue(forKey: labels) ?? Cells(counts: Array(repeating: 0, count: bounds.count + 1))
      cells.counts[cell] += 1
      cells.sum += value
      series[labels] = cells
    }
  }

  func writeSeries(to text: inout String) {
    let name = descriptor.name
    for (labels, cells) in series.withLock(\.self).sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      var sum: UInt64 = 0
      for (bound, count) in zip(bounds.map(prometheusText) + ["+Inf"], cells.counts) {
        sum += count
        text += "\(name)_bucket\(descriptor.labelText(labels, and: "le=\"\(bound)\"")) \(sum)\n"
      }
      text += "\(name)_sum\(descriptor.labelText(labels)) \(prometheusText(cells.sum))\n"
      text += "\(name)_count\(descriptor.labelText(labels)) \(sum)\n"
    }
  }
}

/// The families in the Prometheus text format, version 0.0.4.
func prometheusText(of families: [any MetricFamily]) -> String {
  var text = ""
  for family in families {
    text += "# HELP \(family.descriptor.name) \(family.descriptor.help)\n"
    text += "# TYPE \(family.descriptor.name) \(family.descriptor.kind.rawValue)\n"
    family.writeSeries(to: &text)
  }
  return text
}

private func prometheusText(_ value: Double) -> String {
  Int(exactly: value).map(String.init) ?? value.description
}
