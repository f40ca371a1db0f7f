import Events
import Foundation
import TestSupport
import Testing

@testable import Datasets

/// Made-up rows in the layout of the Open Bandit Dataset; none of its own.
@Suite struct OpenBanditTests {
  static let items =
    ",item_id,item_feature_0,item_feature_1,item_feature_2\n0,0,-0.5,aa,shoes\n1,1,0.25,bb,\"hats, caps\"\n"
  static let header =
    ",timestamp,item_id,position,click,propensity_score,user_feature_0,user_feature_1,user-item_affinity_0\n"

  func source(_ rows: String, in folder: TemporaryFolder) throws -> OpenBanditImport {
    try Data(Self.items.utf8).write(to: URL(fileURLWithPath: folder.file("items.csv")))
    try Data((Self.header + rows).utf8).write(to: URL(fileURLWithPath: folder.file("log.csv")))
    return try OpenBanditImport(csv: folder.file("log.csv"), items: folder.file("items.csv"))
  }

  @Test func rowsBecomeEvents() throws {
    let folder = try TemporaryFolder()
    let source = try source(
      "0,2019-11-24 00:00:01.500000+00:00,1,3,0,0.5,x,y,0.0\n1,2019-11-24 00:00:02+00:00,0,1,1,0.25,x,y,0.0\n",
      in: folder)
    let propositions = try source.propositions()
    #expect(propositions.map(\.category) == ["shoes", "hats, caps"])
    #expect(propositions[0].attributes == ["item_feature_0": .number(-0.5), "item_feature_1": .text("aa")])
    var events: [Event] = []
    let (rows, clicks) = try source.forEachEvent { events.append($0) }
    #expect(rows == 2 && clicks == 1)
    #expect(events.map(\.kind) == [.served, .served, .click])
    #expect(events[0].slate == [SlateItem(propositionID: "1", position: 3, propensity: 0.5)])
    #expect(events[0].timestamp == Timestamp("2019-11-24T00:00:01.5Z"))
    #expect(events[0].userID == events[1].userID)
    #expect(events[2].requestID == events[1].requestID && events[2].propositionID == "0")
  }

  @Test(arguments: [
    ("0,yesterday,1,3,0,0.5,x,y,0", "timestamp \"yesterday\""),
    ("0,2019-11-24 00:00:01+00:00,1,0,0,0.5,x,y,0", "position \"0\""),
    ("0,2019-11-24 00:00:01+00:00,1,3,0,0,x,y,0", "propensity_score \"0\""),
    ("0,2019-11-24 00:00:01+00:00,1,3,2,0.5,x,y,0", "click \"2\""), ("0,1", "has 2 fields; the header has 9"),
  ])
  func badRowsNameTheirLine(row: String, message: String) throws {
    let folder = try TemporaryFolder()
    let source = try source("0,2019-11-24 00:00:01+00:00,1,3,0,0.5,x,y,0.0\n\(row)\n", in: folder)
    let error = try #require(throws: DatasetError.self) { try source.forEachEvent { _ in } }
    #expect(
      error.description.hasPrefix(folder.file("log.csv") + ":3: ") && error.description.contains(message), "\(error)")
  }

  @Test func aMissingColumnIsNamed() throws {
    let folder = try TemporaryFolder()
    try Data("a,b\n1,2\n".utf8).write(to: URL(fileURLWithPath: folder.file("x.csv")))
    let error = try #require(throws: DatasetError.self) {
      try OpenBanditImport(csv: folder.file("x.csv"), items: folder.file("x.csv")).propositions()
    }
    #expect(error.description.contains("has no column \"item_id\""))
  }

  @Test func quotesAndLineEndsInFields() throws {
    let folder = try TemporaryFolder()
    try Data("a,b\r\n\"1,\"\"2\"\"\",\"x\ny\"\r\n,\n".utf8).write(to: URL(fileURLWithPath: folder.file("q.csv")))
    let reader = try CSVReader(path: folder.file("q.csv"))
    #expect(try reader.next() == ["1,\"2\"", "x\ny"])
    #expect(try reader.next() == ["", ""])
    #expect(try reader.next() == nil)
  }
}
