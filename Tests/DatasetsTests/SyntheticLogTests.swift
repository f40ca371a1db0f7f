import Events
import Foundation
import Testing

@testable import Datasets

@Suite struct SyntheticLogTests {
  func draw(_ parameters: SyntheticLog.Parameters) throws -> (
    catalogue: [Proposition], events: [Event], showings: [[SyntheticLog.Showing]]
  ) {
    var catalogue: [Proposition] = []
    var events: [Event] = []
    var showings: [[SyntheticLog.Showing]] = []
    try SyntheticLog(parameters).generate(
      catalogue: { catalogue = $0 }, event: { events.append($0) }, truth: { showings.append($0) })
    return (catalogue, events, showings)
  }

  @Test func theSameSeedIsTheSameLog() throws {
    let parameters = SyntheticLog.Parameters(users: 30, propositions: 40, requests: 200, days: 4, seed: 11)
    let first = try draw(parameters)
    let again = try draw(parameters)
    #expect(first.events == again.events && first.catalogue == again.catalogue)
    var other = parameters
    other.seed = 12
    #expect(try draw(other).events != first.events)
  }

  @Test func eventsAreInOrderAndBelongToTheirRequest() throws {
    let log = try draw(.init(users: 30, propositions: 40, requests: 500, days: 4, slateSize: 6, seed: 2))
    #expect(zip(log.events, log.events.dropFirst()).allSatisfy { $0.timestamp <= $1.timestamp })
    #expect(Set(log.events.compactMap(\.id)).count == log.events.count)
    var served: [String: Event] = [:]
    for event in log.events {
      if event.kind == .served {
        served[event.requestID!] = event
        #expect(event.slate.map(\.position) == Array(1...6))
        #expect(Set(event.slate.map(\.propositionID)).count == 6)
      } else {
        let request = try #require(served[event.requestID!])
        #expect(request.slate.contains { $0.propositionID == event.propositionID && $0.position == event.position })
        #expect(event.userID == request.userID && event.timestamp > request.timestamp)
      }
    }
    #expect(served.count == 500)
    let clicks = log.events.count { $0.kind == .click }
    #expect(clicks == log.showings.joined().count { $0.clicked })
  }

  /// Clicks come as often as the probabilities say, at each place of the slate.
  @Test func probabilitiesAreTrue() throws {
    let log = try draw(.init(users: 200, propositions: 60, requests: 8000, days: 7, seed: 5))
    for place in 0..<8 {
      let shown = log.showings.map { $0[place] }
      let expected = shown.reduce(0) { $0 + $1.clickProbability }
      let deviation = shown.reduce(0) { $0 + $1.clickProbability * (1 - $1.clickProbability) }.squareRoot()
      let clicks = Double(shown.count { $0.clicked })
      #expect(abs(clicks - expected) < 4 * deviation, "place \(place + 1): \(clicks) clicks, expected \(expected)")
    }
  }

  /// A first place goes to each proposition as often as its propensity says: the inverse propensities of what was shown
  /// first add up to the number of requests, for every proposition that was there all the time.
  @Test func propensitiesAreTrue() throws {
    let log = try draw(.init(users: 50, propositions: 20, requests: 20_000, days: 2, slateSize: 3, seed: 9))
    var inverse: [String: Double] = [:]
    for event in log.events where event.kind == .served {
      inverse[event.slate[0].propositionID, default: 0] += 1 / event.slate[0].propensity!
    }
    let old = log.catalogue.filter {
      $0.createdAt! < SyntheticLog.Parameters(users: 1, propositions: 1, requests: 1, days: 1, seed: 0).start
    }
    #expect(old.count > 10)
    for proposition in old {
      let mean = inverse[proposition.id, default: 0] / 20_000
      #expect(abs(mean - 1) < 0.25, "\(proposition.id): \(mean)")
    }
  }

  @Test func theTruthIsTheBestOrder() throws {
    let parameters = SyntheticLog.Parameters(users: 200, propositions: 60, requests: 3000, days: 7, seed: 5)
    let log = try draw(parameters)
    var collector = SyntheticTruth.Collector(parameters: parameters)
    log.showings.forEach { collector.add($0) }
    let truth = try collector.finish()
    #expect(truth.rows == 24_000 && truth.clicks == log.showings.joined().count { $0.clicked })
    #expect(truth.all["auc"]! > truth.all["attractiveness_auc"]!)
    #expect(truth.all["ndcg@5"]! > truth.all["attractiveness_ndcg@5"]!)
    #expect(truth.test["auc"]! > 0.7 && truth.test["auc"]! < 0.9)
  }
}
