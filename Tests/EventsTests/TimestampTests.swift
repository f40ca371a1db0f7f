import Events
import Files
import TestSupport
import Testing

@Suite("Timestamps")
struct TimestampTests {
  /// Microseconds since 1970 as Python's datetime has them:
  ///
  ///     python3 -c 'import sys; from datetime import *
  ///     e = datetime(1970, 1, 1, tzinfo=timezone.utc)
  ///     for t in sys.argv[1:]:
  ///         print(t, (datetime.fromisoformat(t.upper().replace("Z", "+00:00")) - e) // timedelta(microseconds=1))' TEXT…
  static let oracle: [(String, Int64)] = [
    ("1970-01-01T00:00:00Z", 0),
    ("1969-12-31T23:59:59.999999Z", -1),
    ("2000-02-29T12:34:56.789012Z", 951_827_696_789_012),
    ("1900-02-28T23:59:59Z", -2_203_891_201_000_000),
    ("1900-03-01T00:00:00Z", -2_203_891_200_000_000),
    ("2100-02-28T23:59:59Z", 4_107_542_399_000_000),
    ("2100-03-01T00:00:00Z", 4_107_542_400_000_000),
    ("2024-02-29T00:00:00+14:00", 1_709_114_400_000_000),
    ("2024-12-31T23:59:59.5-11:30", 1_735_730_999_500_000),
    ("0001-01-01T00:00:00Z", -62_135_596_800_000_000),
    ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
    ("2026-11-23 18:12:14.25+01:00", 1_795_453_934_250_000),
    ("1600-02-29T06:00:00-00:00", -11_670_976_800_000_000),
    ("1582-10-15T00:00:00Z", -12_219_292_800_000_000),
    ("2038-01-19T03:14:08Z", 2_147_483_648_000_000),
    ("1901-12-13T20:45:51Z", -2_147_483_649_000_000),
    ("2016-12-31T23:59:59.000001Z", 1_483_228_799_000_001),
    ("0400-02-29T00:00:00Z", -49_539_340_800_000_000),
    ("2026-11-23t18:12:14z", 1_795_457_534_000_000),
    ("0004-02-29T23:59:59.9-05:45", -62_035_784_100_100_000),
    // Year 0 is beyond Python: python3 -c 'import numpy; print(numpy.datetime64("0000-01-01T00:00:00.000000").astype(int))'
    ("0000-01-01T00:00:00Z", -62_167_219_200_000_000),
    ("0000-02-29T00:00:00Z", -62_162_121_600_000_000),
    ("0000-03-01T00:00:00Z", -62_162_035_200_000_000),
    // Beyond microseconds nothing counts, and a leap second is the second after it.
    ("1970-01-01T00:00:00.0000019Z", 1),
    ("1969-12-31T23:59:59.9999999999Z", -1),
    ("2016-12-31T23:59:60Z", 1_483_228_800_000_000),
  ]

  @Test("Texts as Python's datetime reads them", arguments: oracle)
  func reading(_ text: String, _ microseconds: Int64) {
    #expect(Timestamp(text)?.microseconds == microseconds)
  }

  @Test(
    "Other texts are none",
    arguments: [
      "", "2026", "2026-11-23", "2026-11-23T18:12:14", "2026-11-23T18:12Z", "2026-11-23T18:12:14.Z", "20261123T181214Z",
      "2026-11-23T18:12:14,5Z", "2026-11-23T18:12:14+01", "2026-11-23T18:12:14+0100", "2026-11-23T18:12:14+24:00",
      "2026-11-23T18:12:14+01:60", "2026-11-23T24:00:00Z", "2026-11-23T18:60:00Z", "2026-11-23T18:12:61Z",
      "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-32T00:00:00Z",
      "2026-04-31T00:00:00Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2100-02-29T00:00:00Z",
      "2026-11-23T18:12:14Z ", " 2026-11-23T18:12:14Z", "2026-11-23T18:12:14ZZ", "2026-11-23  18:12:14Z",
      "+2026-11-23T18:12:14Z", "-2026-11-23T18:12:14Z", "12026-11-23T18:12:14Z", "2026/11/23T18:12:14Z",
      "2026-11-23T18:12:14UTC", "1795457534", "２026-11-23T18:12:14Z", "2026-11-23T-1:12:14Z",
      // Four digits here, but not in UTC.
      "9999-12-31T23:59:59-00:01", "0000-01-01T00:00:00+00:01", "9999-12-31T23:59:60Z",
    ])
  func invalid(_ text: String) {
    #expect(Timestamp(text) == nil)
  }

  /// SHA-256 of the lines of 4,000 times over all years:
  ///
  ///     python3 -c 'import hashlib; from datetime import *
  ///     def text(us):
  ///         t = datetime(1, 1, 1) + timedelta(microseconds=us)
  ///         return t.isoformat(timespec="milliseconds" if us % 1000 == 0 else "microseconds") + "Z\n"
  ///     us = [i * 78891234567891 * (1000 if i % 3 == 0 else 1) % 315537897600000000 for i in range(4000)]
  ///     print(hashlib.sha256("".join(map(text, us)).encode()).hexdigest())'
  @Test("Written as Python's datetime writes them, and read back")
  func writing() {
    let times = (0..<4000).map { (index: Int64) -> Timestamp in
      let sinceYear1 =
        (index * (index % 3 == 0 ? 1000 : 1)).multipliedFullWidth(by: 78_891_234_567_891)
      let rest = Int64(315_537_897_600_000_000).dividingFullWidth(sinceYear1).remainder
      return Timestamp(microseconds: rest - 62_135_596_800_000_000)
    }
    let texts = times.map(\.description)
    #expect(
      sha256(of: texts.map { $0 + "\n" }.joined().utf8)
        == "e82b80ce9c42528d8a65085ef3f32cf826ba3778f52b316354cc1f8f62e4e83d")
    for (time, text) in zip(times, texts) { #expect(Timestamp(text) == time, "\(text)") }
  }

  @Test("Milliseconds where they suffice, else microseconds")
  func fractions() {
    #expect(Timestamp(microseconds: 0).description == "1970-01-01T00:00:00.000Z")
    #expect(Timestamp(microseconds: -1).description == "1969-12-31T23:59:59.999999Z")
    #expect(Timestamp(microseconds: -1000).description == "1969-12-31T23:59:59.999Z")
    #expect(Timestamp(microseconds: 1_000_010).description == "1970-01-01T00:00:01.000010Z")
  }

  @Test("Every day of 400 years follows the day before")
  func days() throws {
    var expected = try #require(Timestamp("1890-01-01T00:00:00Z"))
    for year in 1890..<2290 {
      for month in 1...12 {
        for day in 1...31 {
          let text =
            "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)T00:00:00.000Z"
          guard let time = Timestamp(text) else { continue }
          if time != expected || time.description != text { Issue.record("\(text) is \(time), expected \(expected)") }
          expected = expected.advanced(by: Timestamp.day)
        }
      }
    }
    #expect(expected.description == "2290-01-01T00:00:00.000Z", "146,097 days")
  }

  @Test("A bucket is the floor, before 1970 too")
  func buckets() {
    for (microseconds, length, expected) in [
      (0, 10, 0), (9, 10, 0), (10, 10, 1), (-1, 10, -1), (-10, 10, -1), (-11, 10, -2),
      (-1, Timestamp.hour, -1), (-Timestamp.hour, Timestamp.hour, -1), (-Timestamp.hour - 1, Timestamp.hour, -2),
      (.min, Timestamp.day, -106_751_992), (.max, Timestamp.day, 106_751_991), (.min, 1, .min),
    ] as [(Int64, Int64, Int64)] {
      #expect(Timestamp(microseconds: microseconds).bucket(of: length) == expected, "\(microseconds) of \(length)")
    }
    var generator = SeededGenerator(seed: 31)
    for _ in 0..<2000 {
      let time = Timestamp(microseconds: Int64(truncatingIfNeeded: generator.next()) >> 8)
      let length = Int64.random(in: 1...Timestamp.day, using: &generator)
      let bucket = time.bucket(of: length)
      #expect(bucket * length <= time.microseconds && time.microseconds < (bucket + 1) * length)
    }
  }

  @Test("Order and distance")
  func order() throws {
    let early = try #require(Timestamp("2026-11-23T18:12:14Z"))
    let late = try #require(Timestamp("2026-11-23T18:12:14.000001Z"))
    #expect(early < late && !(late < early) && early.advanced(by: 1) == late)
    #expect(Timestamp.day == 86_400_000_000 && Timestamp.hour == 3_600_000_000 && Timestamp.second == 1_000_000)
  }
}
