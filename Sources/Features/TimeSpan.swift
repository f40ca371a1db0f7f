internal import Events
internal import YAML

/// A length of time in a feature set: `90s`, `30m`, `1h`, `7d`; `all` is without end.
public struct TimeSpan: Hashable, Sendable, CustomStringConvertible {
  /// nil is without end.
  public let microseconds: Int64?

  public static let all = TimeSpan(microseconds: nil)
  public static func hours(_ count: Int64) -> TimeSpan { TimeSpan(microseconds: count * Timestamp.hour) }
  public static func days(_ count: Int64) -> TimeSpan { TimeSpan(microseconds: count * Timestamp.day) }

  public init(microseconds: Int64?) { self.microseconds = microseconds }

  private static let units: [(suffix: Character, length: Int64)] = [
    ("d", Timestamp.day), ("h", Timestamp.hour), ("m", 60 * Timestamp.second), ("s", Timestamp.second),
  ]

  /// - Returns: nil for any other text, and for spans over 10,000 days.
  public init?(_ text: String) {
    guard text != "all" else {
      self = .all
      return
    }
    guard let unit = Self.units.first(where: { $0.suffix == text.last }), let count = Int64(text.dropLast()),
      count >= 0,
      count <= 10_000 * Timestamp.day / unit.length
    else { return nil }
    microseconds = count * unit.length
  }

  public var description: String {
    guard let microseconds else { return "all" }
    let unit = Self.units.first { microseconds != 0 && microseconds % $0.length == 0 } ?? ("s", Timestamp.second)
    return "\(microseconds / unit.length)\(unit.suffix)"
  }
}

extension YAMLValue {
  func timeSpan() throws(YAMLError) -> TimeSpan {
    let text = try string()
    guard let span = TimeSpan(text) else {
      throw error("expected a length of time as 90s, 30m, 1h, 7d or all, found \"\(text)\"")
    }
    return span
  }
}
