import Events
import Synchronization
import TestSupport
import Testing

@Suite("Every event log")
struct EventLogContractTests {
  private func ids(_ log: any EventLog) throws -> [String] {
    var ids: [String] = []
    try log.forEachEvent { event, _ in ids.append(event.madeID) }
    return ids
  }

  @Test(
    "The same id twice is one event: in a batch, later, after a restart; the first one stays",
    arguments: LogKind.allCases)
  func duplicates(_ kind: LogKind) throws {
    let place = try TemporaryLog(kind)
    let log = try place.open()
    #expect(try log.append([]) == [])
    let batch = [Event.click("a", at: 1), Event.click("b", at: 2), Event.click("a", at: 3)]
    #expect(try log.append(batch) == [.stored, .stored, .duplicate])
    #expect(try log.append([Event.click("c", at: 4), Event.click("b", at: 5)]) == [.stored, .duplicate])
    #expect(try place.open().append([Event.click("c")]) == [.duplicate])
    #expect(try log.count() == 3)
    #expect(try ids(log) == ["a", "b", "c"])
    #expect(try log.page(.init(), limit: 1).events == [Event.click("a", at: 1).json])
  }

  @Test("An event without an id gets the made one, so that the same content is one event", arguments: LogKind.allCases)
  func madeIDs(_ kind: LogKind) throws {
    let place = try TemporaryLog(kind)
    let log = try place.open()
    let event = Event.click(nil, at: 7)
    #expect(try log.append([event, event, Event.click(nil, at: 8)]) == [.stored, .duplicate, .stored])
    #expect(try ids(log).first == event.madeID)
    var stored: Event?
    try log.forEachEvent { event, _ in stored = stored ?? event }
    #expect(stored?.id == event.madeID)
    #expect(try log.append([#require(stored)]) == [.duplicate], "what was read may be appended again")
  }

  @Test(
    "Events come in the order of their times, equal times in the order of arrival, with their row as place",
    arguments: LogKind.allCases)
  func order(_ kind: LogKind) throws {
    let place = try TemporaryLog(kind)
    let log = try place.open()
    _ = try log.append([
      Event.click("late", at: 20), Event.click("tie 1", at: 10), Event.click("early", at: -5),
      Event.click("tie 2", at: 10),
    ])
    #expect(try ids(log) == ["early", "tie 1", "tie 2", "late"])
    var places: [EventPlace] = []
    try log.forEachEvent { _, place in places.append(place) }
    #expect(places == [3, 2, 4, 1].map { EventPlace(source: place.placeName, line: $0) })
    #expect("\(places[0])" == "\(place.placeName):3")
  }

  @Test(
    "Pages in the order of arrival hold every event once, at any page size",
    arguments: LogKind.allCases, [1, 2, 3, 10, 11])
  func pages(_ kind: LogKind, _ limit: Int) throws {
    let place = try TemporaryLog(kind)
    let log = try place.open()
    let events = (0..<10).map { Event.click("e\($0)", at: Int64(-$0)) }
    _ = try log.append(events)
    var seen: [String] = []
    var cursor: Int64? = 0
    var pages = 0
    while let after = cursor {
      let page = try log.page(.init(), after: after, limit: limit)
      #expect(page.events.count <= limit && !page.events.isEmpty)
      seen += page.events
      cursor = page.nextCursor
      pages += 1
    }
    #expect(seen == events.map(\.json))
    #expect(pages == (10 + limit - 1) / limit)
    #expect(try log.page(.init(), after: 10, limit: 5).events == [])
  }

  @Test("Filters, alone and together", arguments: LogKind.allCases)
  func filters(_ kind: LogKind) throws {
    let place = try TemporaryLog(kind)
    let log = try place.open()
    var events = (0..<12).map { Event.click("e\($0)", user: "u\($0 % 3)", at: Int64($0)) }
    for index in events.indices {
      if index % 2 == 0 { events[index].kind = .accept }
      if index % 4 == 0 { events[index].requestID = "r" }
    }
    _ = try log.append(events)
    func found(_ set: (inout EventFilter) -> Void) throws -> [Int] {
      var filter = EventFilter()
      set(&filter)
      let texts = try log.page(filter, limit: 100).events
      return texts.compactMap { text in events.firstIndex { $0.json == text } }
    }
    #expect(try found { _ in } == Array(0..<12))
    #expect(try found { $0.userID = "u1" } == [1, 4, 7, 10])
    #expect(try found { $0.kind = .accept } == [0, 2, 4, 6, 8, 10])
    #expect(try found { $0.requestID = "r" } == [0, 4, 8])
    #expect(try found { $0.since = Timestamp(microseconds: 9) } == [9, 10, 11], "from this time on")
    #expect(try found { $0.until = Timestamp(microseconds: 2) } == [0, 1], "before this time")
    #expect(
      try found {
        $0.userID = "u1"
        $0.kind = .accept
        $0.requestID = "r"
        $0.since = Timestamp(microseconds: 1)
        $0.until = Timestamp(microseconds: 10)
      } == [4])
    #expect(try found { $0.userID = "u1' OR 1=1 --" } == [])
  }

  @Test("What was appended is there after a restart", arguments: LogKind.allCases)
  func reopen(_ kind: LogKind) throws {
    let place = try TemporaryLog(kind)
    for round in 0..<3 {
      let log = try place.open()
      #expect(try log.count() == round)
      _ = try log.append([Event.click("e\(round)", at: Int64(round))])
    }
    #expect(try ids(place.open(readOnly: true)) == ["e0", "e1", "e2"])
  }

  @Test(
    "Connections that open a new log at once, and append at once, lose nothing and store nothing twice",
    arguments: LogKind.allCases)
  func concurrentConnections(_ kind: LogKind) throws {
    let place = try TemporaryLog(kind)
    let outcomes = Mutex<[AppendOutcome]>([])
    try inThreads(4) { writer in
      let log = try place.open()
      for index in 0..<10 {
        let mine = Event.click("writer \(writer) event \(index)", at: Int64(index))
        let shared = Event.click("shared \(index)", at: Int64(index))
        let outcome = try log.append([mine, shared])
        outcomes.withLock { $0 += outcome }
      }
    }
    let log = try place.open()
    #expect(try log.count() == 50)
    #expect(outcomes.withLock { $0.filter { $0 == .stored }.count } == 50)
    #expect(Set(try ids(log)).count == 50)
  }

  @Test("Ids are the same when their bytes are", arguments: LogKind.allCases)
  func bytesOfIDs(_ kind: LogKind) throws {
    let place = try TemporaryLog(kind)
    let log = try place.open()
    let batch = ["\u{e9}", "e\u{301}", "E", "e", "\u{e9}"].map { Event.click($0) }
    #expect(try log.append(batch) == [.stored, .stored, .stored, .stored, .duplicate])
    #expect(try log.append(batch) == Array(repeating: .duplicate, count: 5))
    #expect(try log.count() == 4)
  }

  @Test("Any text comes back as it was, and finds its events", arguments: LogKind.allCases)
  func texts(_ kind: LogKind) throws {
    let place = try TemporaryLog(kind)
    let log = try place.open()
    let texts = ["{}", "{a,NULL}", "NULL", "\"q\\", "a'b", "$1", "\u{1F600}", "\n\t", "a\\\\b", " "]
    let events = texts.map { text in
      var event = Event.click(text, user: text, proposition: text)
      event.requestID = text
      event.context = text + "\u{0}"
      return event
    }
    #expect(try log.append(events) == events.map { _ in .stored })
    for event in events {
      var filter = EventFilter()
      filter.userID = event.userID
      filter.requestID = event.requestID
      #expect(try log.page(filter, limit: 10).events == [event.json])
    }
    var back: [Event] = []
    try log.forEachEvent { event, _ in back.append(event) }
    #expect(back == events)
  }

  @Test("A log may be read and appended to while it is being read", arguments: LogKind.allCases)
  func readsBesideWrites(_ kind: LogKind) throws {
    let place = try TemporaryLog(kind)
    let log = try place.open()
    _ = try log.append((0..<1200).map { Event.click("e\($0)", at: Int64($0)) })
    let other = try place.open()
    var seen = 0
    try log.forEachEvent { _, _ in
      if seen % 600 == 0 {
        let outcome = try other.append([Event.click("new \(seen)", at: 5000)])
        #expect(outcome == [.stored])
      }
      seen += 1
    }
    #expect(seen == 1200, "what was appended since the reading began is not in it")
    #expect(try log.count() == 1202)
  }

  @Test("An append that fails stores nothing of its batch, and the log goes on", arguments: LogKind.allCases)
  func readOnlyAppend(_ kind: LogKind) throws {
    let place = try TemporaryLog(kind)
    _ = try place.open().append([Event.click("a")])
    let reader = try place.open(readOnly: true)
    #expect(throws: EventLogError.self) { try reader.append([Event.click("b"), Event.click("c")]) }
    #expect(try reader.count() == 1)
    #expect(try place.open().append([Event.click("b")]) == [.stored])
  }
}
