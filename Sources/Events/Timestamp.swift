/// A point in time: microseconds since 1970-01-01T00:00:00Z, without leap seconds.
public struct Timestamp: Hashable, Comparable, Sendable {
  public var microseconds: Int64

  public static let second: Int64 = 1_000_000
  public static let hour: Int64 = 3600 * second
  public static let day: Int64 = 24 * hour

  public init(microseconds: Int64) { self.microseconds = microseconds }

  public static func < (a: Timestamp, b: Timestamp) -> Bool { a.microseconds < b.microseconds }

  /// The time `interval` microseconds later.
  public func advanced(by interval: Int64) -> Timestamp {
    Timestamp(microseconds: microseconds.addingReportingOverflow(interval).partialValue)
  }

  /// The number of the whole interval of `length` microseconds that holds this time; negative before 1970.
  public func bucket(of length: Int64) -> Int64 {
    let (quotient, remainder) = microseconds.quotientAndRemainder(dividingBy: length)
    return remainder < 0 ? quotient - 1 : quotient
  }
}

// MARK: RFC 3339

extension Timestamp: CustomStringConvertible {
  /// Reads an RFC 3339 date and time, as `2026-11-23T18:12:14.25Z` or `2026-11-23 18:12:14+01:00`.
  ///
  /// Digits beyond microseconds are dropped and a leap second counts as the second after it.
  /// - Returns: nil when the text is anything else, a missing zone and a year beyond 0000…9999 in UTC included.
  public init?(_ text: String) {
    var text = text
    guard let time = text.withUTF8({ Self.parse($0) }) else { return nil }
    self = time
  }

  /// RFC 3339 in UTC: milliseconds where they suffice, else microseconds.
  public var description: String {
    let days = bucket(of: Self.day)
    let (year, month, day) = Self.civil(days: days)
    let inDay = microseconds - days * Self.day
    let seconds = inDay / Self.second
    let fraction = inDay % Self.second
    let (shown, digits) = fraction % 1000 == 0 ? (fraction / 1000, 3) : (fraction, 6)
    return "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))T"
      + "\(Self.padded(seconds / 3600, 2)):\(Self.padded(seconds / 60 % 60, 2)):\(Self.padded(seconds % 60, 2))"
      + ".\(Self.padded(shown, digits))Z"
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }

  private static func parse(_ text: UnsafeBufferPointer<UInt8>) -> Timestamp? {
    var scanner = Scanner(text: text)
    guard let year = scanner.digits(4), scanner.skip("-"), let month = scanner.digits(2), scanner.skip("-"),
      let day = scanner.digits(2), scanner.skip("T") || scanner.skip("t") || scanner.skip(" "),
      let hour = scanner.digits(2), scanner.skip(":"), let minute = scanner.digits(2), scanner.skip(":"),
      let second = scanner.digits(2)
    else { return nil }
    var fraction: Int64 = 0
    if scanner.skip(".") {
      guard let value = scanner.fraction() else { return nil }
      fraction = value
    }
    guard let offset = scanner.zone(), scanner.isAtEnd else { return nil }
    guard (1...12).contains(month), (1...daysInMonth(year, month)).contains(day), hour < 24, minute < 60, second <= 60
    else { return nil }
    let seconds = days(year: year, month: month, day: day) * 86400 + hour * 3600 + minute * 60 + second - offset * 60
    // In UTC, too, the year has four digits, or what is written could not be read.
    guard (-62_167_219_200..<253_402_300_800).contains(seconds) else { return nil }
    return Timestamp(microseconds: seconds * Self.second + fraction)
  }

  private static func daysInMonth(_ year: Int64, _ month: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days since 1970-01-01 of a date in the proleptic Gregorian calendar, with the year beginning in March so that the
  /// leap day comes last.
  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    // 400 years on, so that no division meets a negative year.
    let marchYear = (month > 2 ? year : year - 1) + 400
    let marchMonth = (month + 9) % 12
    let dayOfYear = (153 * marchMonth + 2) / 5 + day - 1
    return 365 * marchYear + marchYear / 4 - marchYear / 100 + marchYear / 400 + dayOfYear - 719_468 - 146_097
  }

  private static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let sinceMarch0 = days + 719_468
    let era = (sinceMarch0 >= 0 ? sinceMarch0 : sinceMarch0 - 146_096) / 146_097
    let dayOfEra = sinceMarch0 - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
  }

  private struct Scanner {
    let text: UnsafeBufferPointer<UInt8>
    var position = 0

    var isAtEnd: Bool { position == text.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
      guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
      position += 1
      return true
    }

    mutating func digits(_ count: Int) -> Int64? {
      guard position + count <= text.count else { return nil }
      var value: Int64 = 0
      for _ in 0..<count {
        guard let digit = nextDigit() else { return nil }
        value = 10 * value + digit
      }
      return value
    }

    mutating func fraction() -> Int64? {
      guard var value = nextDigit() else { return nil }
      var places = 1
      while let digit = nextDigit() {
        if places < 6 { value = 10 * value + digit }
        places += 1
      }
      while places < 6 {
        value *= 10
        places += 1
      }
      return value
    }

    /// Minutes east of UTC.
    mutating func zone() -> Int64? {
      if skip("Z") || skip("z") { return 0 }
      let sign: Int64 = skip("+") ? 1 : -1
      guard sign == 1 || skip("-"), let hours = digits(2), skip(":"), let minutes = digits(2), hours < 24, minutes < 60
      else { return nil }
      return sign * (hours * 60 + minutes)
    }

    private mutating func nextDigit() -> Int64? {
      guard position < text.count, case let digit = text[position] &- UInt8(ascii: "0"), digit < 10 else { return nil }
      position += 1
      return Int64(digit)
    }
  }
}
