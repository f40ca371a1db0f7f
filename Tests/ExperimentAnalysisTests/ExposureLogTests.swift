import Events
import Experiments
import Foundation
import Testing

@testable import ExperimentAnalysis

@Suite("Reading a log for an experiment")
struct ExposureLogTests {
  /// 2026-11-02T00:00:00Z.
  private static let start: Int64 = 1_793_577_600
  private let experiment = Experiment(
    name: "e", salt: "pepper",
    variants: [.init(name: "a", weight: 1, model: "m/1"), .init(name: "b", weight: 1, model: "m/2")],
    plan: ExperimentPlan(
      start: Date(timeIntervalSince1970: Double(Self.start)),
      end: Date(timeIntervalSince1970: Double(Self.start + 14 * 86_400))))

  private func time(_ seconds: Double) -> Timestamp {
    Timestamp(microseconds: Int64((Double(Self.start) + seconds) * 1e6))
  }

  private func served(
    _ request: String?, _ user: String, _ variant: String?, at seconds: Double, experiment: String? = "e",
    rung: String = "ml_ranker", latency: Double = 2, slate: [String] = ["p", "q"]
  ) -> Event {
    var event = Event(kind: .served, userID: user, timestamp: time(seconds))
    (event.requestID, event.experiment, event.variant) = (request, experiment, variant)
    event.slate = slate.enumerated().map { SlateItem(propositionID: $0.element, position: $0.offset + 1) }
    event.attributes = ["served_by": "\"\(rung)\"", "latency_ms": "\(latency)"]
    return event
  }

  private func response(
    _ kind: Event.Kind, _ request: String?, _ proposition: String = "p", at seconds: Double
  ) -> Event {
    var event = Event(kind: kind, userID: "x", propositionID: proposition, timestamp: time(seconds))
    event.requestID = request
    return event
  }

  private func read(_ events: [Event], _ options: ExposureLogOptions = ExposureLogOptions()) throws -> ExposureLog {
    let log = ExposureLog(experiment, options: options)
    for (index, event) in events.enumerated() {
      try log.add(event, at: EventPlace(source: "log.jsonl", line: index + 1))
    }
    return log
  }

  private func result(_ events: [Event], _ options: ExposureLogOptions = ExposureLogOptions()) throws
    -> ExperimentResult
  {
    try ExperimentResult(read(events, options))
  }

  @Test func `each response counts once, for the variant that was served`() throws {
    let result = try result([
      served("r1", "u1", "a", at: 0, latency: 3), served("r2", "u2", "b", at: 1, rung: "popularity", latency: 5),
      response(.impression, "r1", at: 2), response(.click, "r1", at: 3), response(.click, "r1", at: 4),
      response(.accept, "r1", "q", at: 5), response(.dismiss, "r2", at: 6),
      served("r3", "u1", "a", at: 10, latency: 4), response(.click, "r3", "q", at: 11),
    ])
    let (a, b) = (result.variants[0], result.variants[1])
    #expect(a.users == 1 && a.sums.requests == 2 && a.sums.served == 4 && a.sums.clicks == 2)
    #expect(a.sums.impressions == 1 && a.sums.accepts == 1 && a.sums.latency == 7 && a.sums.fallbacks == 0)
    #expect(b.users == 1 && b.sums.clicks == 0 && b.sums.dismissals == 1 && b.sums.fallbacks == 1)
    #expect(a.traffic.servedBy == ["ml_ranker": 2] && b.traffic.servedBy == ["popularity": 1])
    #expect(result.counts.events == 9 && result.counts.unattributed == 0)
  }

  @Test func `what does not count is counted`() throws {
    let result = try result([
      served("r1", "u1", "a", at: 0), response(.click, "r1", "elsewhere", at: 1), response(.click, "r1", at: 3601),
      response(.click, "unknown", at: 3602), response(.click, nil, at: 3603), served(nil, "u1", "a", at: 3604),
      served("r2", "u1", "a", at: 3605), served("r2", "u1", "a", at: 3606),
      served("r3", "u1", nil, at: 3607, experiment: nil), served("r4", "u1", "a", at: 14 * 86_400),
    ])
    #expect(result.variants[0].sums.clicks == 0 && result.variants[0].sums.requests == 2)
    #expect(result.counts.unattributed == 3)
    #expect(result.counts.withoutRequestID == 2)
    #expect(result.counts.duplicates == 1)
    #expect(result.counts.otherRequests == 1)
    #expect(result.counts.outsidePeriod == 1)
  }

  @Test func `a response before its request in the log counts all the same`() throws {
    let result = try result([response(.click, "r1", at: 5), served("r1", "u1", "a", at: 3)])
    #expect(result.variants[0].sums.clicks == 1 && result.counts.unattributed == 0)
  }

  @Test func `a user of two variants counts in none, one of the wrong variant is noted`() throws {
    let right = experiment.variant(for: "u1").name
    let result = try result([
      served("r1", "u1", right, at: 0), served("r2", "u2", "a", at: 1), served("r3", "u2", "b", at: 2),
      served("r4", "u2", "a", at: 3), response(.click, "r4", at: 4),
    ])
    #expect(result.counts.users == 2 && result.counts.inSeveral == 1)
    #expect(result.variants.map(\.users).reduce(0, +) == 1)
    #expect(result.variants.map(\.sums.clicks) == [0, 0])
    let wrong = right == "a" ? "b" : "a"
    #expect(try self.result([served("r1", "u1", wrong, at: 0)]).counts.misassigned == 1)
    #expect(try self.result([served("r1", "u1", right, at: 0)]).counts.misassigned == 0)
  }

  @Test func `what users did before the start is their history`() throws {
    let day = 86_400.0
    let log = try read([
      served("old", "u1", nil, at: -40 * day, experiment: nil), served("h1", "u1", nil, at: -2 * day, experiment: nil),
      response(.click, "h1", at: -2 * day + 1), served("h2", "u9", nil, at: -day, experiment: nil),
      served("r1", "u1", "a", at: 0), served("r2", "u2", "b", at: 1),
    ])
    let result = try ExperimentResult(log)
    #expect(result.usersWithHistory == 1 && result.counts.users == 2)
    #expect(log.users[0].before.requests == 1 && log.users[0].before.clicks == 1, "28 days, no more")
    #expect(result.variants[0].sums.clicks == 0)
  }

  @Test func `without a start in the file, the first request is it`() throws {
    var file = experiment
    file.plan = ExperimentPlan()
    let log = ExposureLog(file)
    for (line, event) in [
      served("h", "u1", nil, at: 0, experiment: nil), served("r", "u1", "a", at: 10), served("s", "u1", "a", at: 20),
    ].enumerated() { try log.add(event, at: EventPlace(source: "log", line: line + 1)) }
    let result = try ExperimentResult(log)
    #expect(result.start == time(10) && result.usersWithHistory == 1 && !result.isFinal)
    #expect(result.variants[0].sums.requests == 2)
  }

  @Test func `the period of the command goes before the file's`() throws {
    var options = ExposureLogOptions()
    options.from = time(100).microseconds
    options.to = time(200).microseconds
    let result = try result(
      [served("r1", "u1", "a", at: 50), served("r2", "u1", "a", at: 150), served("r3", "u1", "a", at: 250)], options)
    #expect(result.variants[0].sums.requests == 1 && result.counts.outsidePeriod == 2)
  }

  @Test func `the planned end is reached by the log, not by the clock`() throws {
    let near = 14 * 86_400.0 - 60
    #expect(try result([served("r1", "u1", "a", at: 0), served("r2", "u1", "a", at: near)]).isFinal)
    #expect(try !result([served("r1", "u1", "a", at: 0), served("r2", "u1", "a", at: near - 7200)]).isFinal)
    var early = ExposureLogOptions()
    early.to = time(86_400).microseconds
    #expect(try !result([served("r1", "u1", "a", at: 0), served("r2", "u1", "a", at: near)], early).isFinal)
  }

  @Test func `errors name place and remedy`() throws {
    func message(_ events: [Event]) throws -> String {
      let error = try #require(throws: ExposureLogError.self) { try result(events) }
      return error.description
    }
    let unknown = try message([served("r1", "u1", "a", at: 0), served("r2", "u1", "c", at: 1)])
    #expect(
      unknown
        == "log.jsonl:2: experiment e has no variant \"c\"; expected one of a, b: is this the file that `serve` ran?"
    )
    #expect(try message([served("r1", "u1", nil, at: 0)]).hasPrefix("log.jsonl:1: experiment e has an event without"))
    let order = try message([served("r1", "u1", "a", at: 8000), served("r2", "u1", "a", at: 4000)])
    #expect(
      order.hasPrefix("log.jsonl:2: the event of 2026-11-02T01:06:40.000Z comes after one of 2026-11-02T02:13:20.000Z"))
    #expect(order.contains("--lateness"))
    let none = try message([served("r1", "u1", "a", at: 0, experiment: "other")])
    #expect(none.hasPrefix("no request of experiment e among 1 events") && none.contains("\"experiment\":\"e\""))
    #expect(try message([]).contains("among 0 events"))
    #expect(try message([served("r1", "u1", "a", at: -5)]).contains("(1 outside of it)"))
  }

  @Test func `a look a day, and each day by itself`() throws {
    let events = (0..<6).map {
      served("r\($0)", "u\($0)", $0.isMultiple(of: 2) ? "a" : "b", at: Double($0) * 86_400 / 2)
    }
    let result = try result(events)
    #expect(result.days.map { String($0.date.description.prefix(10)) } == ["2026-11-02", "2026-11-03", "2026-11-04"])
    let log = try read(events)
    log.finish()
    #expect(log.looks.map { $0.ofDay.map(\.users) } == [[1, 1], [1, 1], [1, 1]])
    #expect(log.looks.map { $0.moments[0].map(\.users) } == [[1, 1], [2, 2], [3, 3]])
  }

  @Test func `memory does not keep the requests of the past`() throws {
    let log = ExposureLog(experiment)
    for number in 0..<20_000 {
      try log.add(served("r\(number)", "u1", "a", at: Double(number) * 60), at: EventPlace(source: "log", line: 1))
    }
    #expect(log.openRequests <= 2 * 60 + 2)
  }
}
