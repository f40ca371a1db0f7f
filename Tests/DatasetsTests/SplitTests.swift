import Events
import Features
import TestSupport
import Testing

@testable import Datasets

@Suite struct SplitTests {
  @Test func timeIsInOrder() {
    let assignment = SplitAssignment(rule: .time, seed: 0, requestCount: 1000)
    let sides = (0..<1000).map { assignment.side(request: $0, user: 0) }
    #expect(
      sides == Array(repeating: .train, count: 800) + Array(repeating: .validation, count: 100)
        + Array(repeating: .test, count: 100))
    #expect(assignment.boundaries == [800, 900])
  }

  @Test(arguments: [SplitRuleName.request, .user])
  func drawsAreTenthsAndDependOnTheSeed(rule: SplitRuleName) {
    func sides(seed: UInt64) -> [SplitName] {
      let assignment = SplitAssignment(rule: rule, seed: seed, requestCount: 20_000)
      return (0..<20_000).map { assignment.side(request: $0, user: Int64(bitPattern: stableHash("u\($0)".utf8))) }
    }
    let first = sides(seed: 1)
    #expect(first == sides(seed: 1))
    #expect(first != sides(seed: 2))
    // Four standard deviations of a binomial with n = 20,000.
    #expect(abs(first.count { $0 == .train } - 16_000) < 230)
    #expect(abs(first.count { $0 == .test } - 2_000) < 170)
  }

  @Test func aUserIsOnOneSide() {
    let assignment = SplitAssignment(rule: .user, seed: 5, requestCount: 100)
    for user in Int64(0)..<50 {
      #expect(Set((0..<100).map { assignment.side(request: $0, user: user) }).count == 1)
    }
  }

  /// A real log, each rule: no request on two sides, and nothing lost.
  @Test(arguments: SplitRuleName.allCases)
  func noRequestIsOnTwoSides(rule: SplitRuleName) throws {
    let folder = try TemporaryFolder()
    let log = SyntheticLog(.init(users: 20, propositions: 30, requests: 300, days: 3, seed: 4))
    var catalogue: [Proposition] = []
    var events: [Event] = []
    try log.generate(catalogue: { catalogue = $0 }, event: { events.append($0) }, truth: { _ in })
    var options = ReplayOptions()
    options.split = rule
    let source = ArraySource(events: events)
    let description = try DatasetBuilder(
      featureSet: .standard, catalogue: try Catalogue(catalogue), options: options
    ).build(from: source, sources: [], to: folder.file("dataset")).description
    let dataset = try Dataset(path: folder.file("dataset"))
    var seen: [Int64: SplitName] = [:]
    var users: [Int64: Set<SplitName>] = [:]
    var rows = 0
    for side in SplitName.allCases {
      let split = try dataset.split(side)
      rows += split.rowCount
      let groupFile = try NPYArray(path: folder.file("dataset/\(side)/group.npy"))
      let groups = groupFile.buffer(of: Int64.self)
      for row in 0..<split.rowCount {
        #expect(seen[groups[row], default: side] == side)
        seen[groups[row]] = side
        users[split.users![row], default: []].insert(side)
      }
    }
    #expect(rows == 2400 && seen.count == 300)
    #expect(description.parts.values.reduce(0) { $0 + $1.rows } == 2400)
    if rule == .user { #expect(users.values.allSatisfy { $0.count == 1 }) }
    if rule == .request { #expect(users.values.contains { $0.count > 1 }) }
  }
}

struct ArraySource: EventSource {
  let events: [Event]

  func forEachEvent(onBadRecord: (LineError) throws -> Void, _ body: (Event, EventPlace) throws -> Void) throws {
    for (index, event) in events.enumerated() { try body(event, EventPlace(source: "array", line: index + 1)) }
  }
}
