import Events
import Features
import Foundation
import RankingMetrics
import TestSupport
import Testing

@testable import Datasets

/// Logs small enough to know each row.
@Suite struct ReplayTests {
  static let catalogue = try! Catalogue(["a", "b", "c"].map { Proposition(id: $0, title: $0, category: "x") })
  static let features = try! FeatureSet(
    yaml: """
      version: 1
      features:
        - {name: clicks, kind: count, events: click, by: proposition, transform: none}
        - {name: place, kind: position, transform: none}
      """, file: "test")

  static func line(
    _ kind: String, _ id: String, minutes: Int, request: String? = "r1", proposition: String? = nil, slate: String = ""
  ) -> String {
    let time = Timestamp("2026-03-02T00:00:00Z")!.advanced(by: Int64(minutes) * 60 * Timestamp.second)
    var fields = [
      "\"event_type\":\"\(kind)\"", "\"event_id\":\"\(id)\"", "\"user_id\":\"u\"", "\"timestamp\":\"\(time)\"",
    ]
    if let request { fields.append("\"request_id\":\"\(request)\"") }
    if let proposition { fields.append("\"proposition_id\":\"\(proposition)\"") }
    if !slate.isEmpty {
      let items = slate.enumerated().map { "{\"id\":\"\($1)\",\"position\":\($0 + 1),\"propensity\":0.5}" }
      fields.append("\"slate\":[\(items.joined(separator: ","))]")
    }
    return "{\(fields.joined(separator: ","))}"
  }

  static let log = [
    line("served", "1", minutes: 0, request: "r1", slate: "ab"),
    line("click", "2", minutes: 5, request: "r1", proposition: "b"),
    line("served", "3", minutes: 30, request: "r2", slate: "bc"),
    line("accept", "4", minutes: 31, request: "r2", proposition: "c"),
    line("dismiss", "5", minutes: 32, request: "r2", proposition: "b"),
    line("served", "6", minutes: 61, request: "r3", slate: "ba"),
    line("click", "7", minutes: 122, request: "r3", proposition: "b"),
    line("served", "8", minutes: 200, request: "r4", slate: "abc"),
  ]

  func build(
    _ lines: [String], in folder: TemporaryFolder, _ change: (inout ReplayOptions) -> Void = { _ in }
  ) throws -> (summary: ReplaySummary, dataset: Dataset) {
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: folder.file("events.jsonl")))
    var options = ReplayOptions()
    options.split = .none
    change(&options)
    let builder = DatasetBuilder(featureSet: Self.features, catalogue: Self.catalogue, options: options)
    let summary = try builder.build(
      from: JSONLinesEventSource(path: folder.file("events.jsonl")), sources: [], to: folder.file("dataset")
    ).summary
    return (summary, try Dataset(path: folder.file("dataset")))
  }

  @Test func everyRowIsAsExpected() throws {
    let folder = try TemporaryFolder()
    let (summary, dataset) = try build(Self.log, in: folder)
    let rows = try dataset.split(.train)
    // Clicks on b at 5 and 122 minutes: seen from the hours after them on.
    #expect(Array(rows.matrix) == [0, 1, 0, 2, 0, 1, 0, 2, 1, 1, 0, 2, 0, 1, 2, 2, 0, 3])
    // The click of r3 came 61 minutes after its request: too late to count.
    #expect(Array(rows.labels) == [0, 1, 0, 1, 0, 0, 0, 0, 0])
    #expect(rows.requestOffsets() == [0, 2, 4, 6, 9])
    #expect(rows.positions.map(Array.init) == [1, 2, 1, 2, 1, 2, 1, 2, 3])
    #expect(rows.propensities.map(Array.init) == Array(repeating: 0.5, count: 9))
    #expect(summary.rows == 9 && summary.positives == 2 && summary.unattributed == 1)
    #expect(summary.byKind == ["served": 4, "click": 2, "accept": 1, "dismiss": 1])
    #expect(dataset.description.servingValues == [.init(column: 1, value: 1)])
  }

  @Test func slicesAreColumns() throws {
    let folder = try TemporaryFolder()
    var lines = Self.log
    lines[0] = lines[0].replacing("\"slate\"", with: "\"device\":\"mobile\",\"slate\"")
    lines[5] = lines[5].replacing("\"slate\"", with: "\"device\":\"web\",\"slate\"")
      .replacing("\"user_id\":\"u\"", with: "\"user_id\":\"v\"")
    lines[7] = lines[7].replacing("\"slate\"", with: "\"device\":\"mobile\",\"slate\"")
    let dataset = try build(lines, in: folder).dataset
    let rows = try dataset.split(.train)
    #expect(rows.codes(of: .device).map(Array.init) == [0, 0, -1, -1, 1, 1, 0, 0, 0])
    #expect(rows.codes(of: .category).map(Array.init) == Array(repeating: 0, count: 9))
    #expect(rows.codes(of: .contextType) == nil)
    #expect(dataset.description.codes == ["category": ["x"], "device": ["mobile", "web"]])
    #expect(rows.newUsers.map(Array.init) == [1, 1, 0, 0, 1, 1, 0, 0, 0])
    let shown = "abbcbaabc".map { Int64(bitPattern: stableHash(String($0).utf8)) }
    #expect(rows.propositions.map(Array.init) == shown)
  }

  @Test func theAttributionWindowAndThePositivesAreOptions() throws {
    let folder = try TemporaryFolder()
    let rows = try build(Self.log, in: folder) {
      $0.attribution = 2 * Timestamp.hour
      $0.positive = [.click]
    }.dataset.split(.train)
    #expect(Array(rows.labels) == [0, 1, 0, 0, 1, 0, 0, 0, 0])
  }

  @Test(arguments: 0..<5)
  func orderWithinTheLatenessDoesNotMatter(seed: UInt64) throws {
    let (plain, shuffled) = (try TemporaryFolder(), try TemporaryFolder())
    _ = try build(Self.log, in: plain)
    var generator = SplitMix64(seed: seed)
    let summary = try build(Self.log.shuffled(using: &generator), in: shuffled) { $0.lateness = Timestamp.day }.summary
    #expect(summary.late == 0)
    try expectSameFiles(plain.file("dataset"), shuffled.file("dataset"))
  }

  @Test func duplicatesAndLateEventsAreCounted() throws {
    let folder = try TemporaryFolder()
    let doubled = try build(Self.log + Self.log, in: folder) { $0.lateness = Timestamp.day }
    #expect(doubled.summary.duplicates == Self.log.count && doubled.summary.rows == 9)
    let late = try build(Array(Self.log.reversed()), in: folder) { $0.lateness = 0 }
    #expect(late.summary.late > 0)
  }

  @Test func aRequestIsTakenOnce() throws {
    let folder = try TemporaryFolder()
    let again = [
      Self.line("served", "9", minutes: 1, request: "r1", slate: "abc"),
      Self.line("served", "10", minutes: 2, request: nil, slate: "abc"),
    ]
    let summary = try build(Self.log + again, in: folder) { $0.lateness = Timestamp.day }.summary
    #expect(summary.servedWithoutOwnRequest == 2 && summary.rows == 9)
  }

  // MARK: Bad input

  @Test func aBadLineNamesItsPlaceAndLeavesNothing() throws {
    let folder = try TemporaryFolder()
    let lines = Array(Self.log[..<3]) + ["{\"event_type\": \"clic"]
    let error = try #require(throws: LineError.self) { try build(lines, in: folder) }
    #expect(error.line == 4 && error.path == folder.file("events.jsonl"))
    #expect(error.description.contains("--skip-bad-lines"))
    #expect(try folder.entries() == ["events.jsonl"])
  }

  @Test func badLinesCanBeSkippedAndAreCounted() throws {
    let (plain, dirty) = (try TemporaryFolder(), try TemporaryFolder())
    _ = try build(Self.log, in: plain)
    var lines = Self.log
    for (place, bad) in [(1, "nonsense"), (3, "{}"), (5, "{\"event_type\":\"click\"}"), (0, "[1]")] {
      lines.insert(bad, at: place)
    }
    let summary = try build(lines, in: dirty) { $0.skipsBadRecords = true }.summary
    #expect(summary.badRecords == 4)
    try expectSameFiles(plain.file("dataset"), dirty.file("dataset"))
  }

  @Test func anUnknownPropositionNamesItsLine() throws {
    let folder = try TemporaryFolder()
    let lines = Self.log + [Self.line("served", "9", minutes: 210, request: "r9", slate: "az")]
    let error = try #require(throws: LineError.self) { try build(lines, in: folder) }
    #expect(error.line == 9 && error.reason.contains("proposition \"z\" is not in the catalogue"))
    #expect(try folder.entries() == ["events.jsonl"])
    let skipped = try build(lines, in: folder) { $0.skipsUnknownPropositions = true }
    #expect(skipped.summary.unknownPropositions == 1 && skipped.summary.rows == 10)
  }

  @Test func unknownPropositionsOfClicksAreSkippedToo() throws {
    let folder = try TemporaryFolder()
    let lines = Self.log + [Self.line("click", "9", minutes: 210, request: "r4", proposition: "z")]
    #expect(throws: LineError.self) { try build(lines, in: folder) }
    let summary = try build(lines, in: folder) { $0.skipsUnknownPropositions = true }.summary
    #expect(summary.unknownPropositions == 1 && summary.rows == 9)
  }

  @Test(arguments: [
    ("{name: x, kind: category, field: proposition.nope}", "makes no column"),
    ("{name: a=x, kind: age}, {name: a, kind: category, field: proposition.category}", "both make the column \"a=x\""),
  ])
  func columnsThatCannotBeAreRefused(features: String, message: String) throws {
    let folder = try TemporaryFolder()
    let set = try FeatureSet(yaml: "version: 1\nfeatures: [\(features)]", file: "f")
    let builder = DatasetBuilder(featureSet: set, catalogue: Self.catalogue, options: ReplayOptions())
    let error = try #require(throws: DatasetError.self) {
      try builder.build(from: ArraySource(events: []), sources: [], to: folder.file("dataset"))
    }
    #expect(error.description.contains(message), "\(error)")
    #expect(try folder.entries() == [])
  }

  @Test func theSameContentIsOneEventWithoutAnID() throws {
    let folder = try TemporaryFolder()
    let anonymous = Self.log.map { $0.replacing(/"event_id":"\d+",/, with: "") }
    let summary = try build(anonymous + anonymous, in: folder) { $0.lateness = Timestamp.day }.summary
    #expect(summary.duplicates == Self.log.count && summary.rows == 9)
  }

  @Test func aLogWithoutRequestsIsRefused() throws {
    let folder = try TemporaryFolder()
    #expect(throws: DatasetError.self) {
      try build([Self.line("click", "1", minutes: 0, proposition: "a")], in: folder)
    }
  }

  @Test func aFolderOfSomethingElseStays() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.file("dataset"), withIntermediateDirectories: true)
    try Data("mine".utf8).write(to: URL(fileURLWithPath: folder.file("dataset/thesis.txt")))
    #expect(throws: (any Error).self) { try build(Self.log, in: folder) }
    #expect(FileManager.default.fileExists(atPath: folder.file("dataset/thesis.txt")))
  }
}
