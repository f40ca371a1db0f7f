public import Events
public import Experiments
internal import Foundation
internal import RankingMetrics

/// Draws the log of an experiment whose truth is known.
///
/// Users come for the first time evenly over the days and return at random times; each has an own rate of clicks
/// (log-normal around the baseline), which the treatment multiplies by 1 + effect. Users are assigned by the file's hash,
/// as `serve` does it.
public struct ExperimentSimulation: Sendable {
  /// Users who are served.
  public var users = 2000
  public var days = 30
  /// The mean number of requests of a user, from 1.
  public var requestsPerUser = 2.0
  public var slateSize = 3
  /// The mean click rate of a proposition in the control.
  public var baseline = 0.1
  /// The relative change of the click rate in the treatment.
  public var effect = 0.0
  /// The relative change that the file says the test is to find.
  public var target = 0.1
  /// The standard deviation of the logarithm of the users' rates.
  public var spread = 0.5
  /// The share of the users seen in the control. Where it is not a half, users of the other side are lost before they
  /// are logged, as a crash of the client does it.
  public var controlShare = 0.5
  /// Days of history before the start, with as many requests of each user a day as later.
  public var historyDays = 0
  /// Whether the file says when the experiment ends, so that the analysis of the whole log is final.
  public var hasPlannedEnd = false

  /// 2026-01-05T00:00:00Z.
  static let start: Int64 = 1_767_571_200_000_000

  public init() {}

  /// The experiment's file, as it were; another number is another, independent split.
  public func experiment(seed: UInt64) -> Experiment {
    let start = Date(timeIntervalSince1970: Double(Self.start) / 1e6)
    return Experiment(
      name: "simulation", salt: "simulation-\(seed)",
      variants: [
        .init(name: "control", weight: 50, model: "ranker/1"), .init(name: "treatment", weight: 50, model: "ranker/2"),
      ],
      plan: ExperimentPlan(
        start: start, end: hasPlannedEnd ? start.addingTimeInterval(Double(days) * 86_400) : nil,
        metrics: [.init(.ctr, target: target)]))
  }

  /// Calls `body` with each event of one log, in the order of time but for the seconds between an answer and its clicks.
  public func forEachEvent(seed: UInt64, _ body: (Event) throws -> Void) rethrows {
    var generator = SplitMix64(seed: SplitMix64(seed: seed).first)
    let experiment = experiment(seed: seed)
    var rates: [Double] = []
    var assigned: [Int] = []
    var visits: [Visit] = []
    var number = 0
    while rates.count < users {
      number += 1
      let variant = experiment.variant(for: "u\(number)").name == "control" ? 0 : 1
      let keep = variant == 0 ? controlShare / (1 - controlShare) : (1 - controlShare) / controlShare
      if generator.uniform() >= keep { continue }
      let rate = baseline * exp(spread * generator.normal() - spread * spread / 2)
      rates.append(min(0.95, rate))
      assigned.append(variant == 0 ? number : -number)
      generator.visits(of: rates.count - 1, self, &visits)
    }
    visits.sort()
    for (index, visit) in visits.enumerated() {
      let isTreated = assigned[visit.user] < 0 && visit.time >= Self.start
      let rate = min(0.95, rates[visit.user] * (isTreated ? 1 + effect : 1))
      let variant = visit.time < Self.start ? nil : isTreated ? experiment.variants[1] : experiment.variants[0]
      try generator.request(
        "r\(index)", of: "u\(abs(assigned[visit.user]))", at: visit.time, slate: slateSize, rate: rate,
        experiment: variant == nil ? nil : experiment.name, variant: variant, body)
    }
  }

  fileprivate struct Visit: Comparable {
    let time: Int64
    let user: Int

    static func < (a: Visit, b: Visit) -> Bool { (a.time, a.user) < (b.time, b.user) }
  }
}

extension SplitMix64 {
  fileprivate var first: UInt64 {
    var copy = self
    return copy.next()
  }

  fileprivate mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  fileprivate mutating func normal() -> Double {
    (-2 * log(1 - uniform())).squareRoot() * cos(2 * .pi * uniform())
  }

  /// 0 and up with that mean.
  fileprivate mutating func geometric(mean: Double) -> Int {
    mean > 0 ? Int((log(1 - uniform()) / log(mean / (1 + mean))).rounded(.down)) : 0
  }

  /// The first visit at any time of the experiment, the others after it; and the history before.
  fileprivate mutating func visits(
    of user: Int, _ simulation: ExperimentSimulation, _ visits: inout [ExperimentSimulation.Visit]
  ) {
    let (start, length) = (ExperimentSimulation.start, Double(Int64(simulation.days) * Timestamp.day))
    let first = uniform()
    visits.append(.init(time: start + Int64(first * length), user: user))
    for _ in 0..<geometric(mean: simulation.requestsPerUser - 1) {
      let place = first + (1 - first) * uniform()
      visits.append(.init(time: start + Int64(place * length), user: user))
    }
    guard simulation.historyDays > 0 else { return }
    let mean = simulation.requestsPerUser * Double(simulation.historyDays) / Double(simulation.days)
    for _ in 0..<geometric(mean: mean) {
      let before = Double(Int64(simulation.historyDays) * Timestamp.day) * uniform()
      visits.append(.init(time: start - 1 - Int64(before), user: user))
    }
  }

  /// The `served` event of one request and what it led to.
  fileprivate mutating func request(
    _ id: String, of user: String, at time: Int64, slate size: Int, rate: Double, experiment: String?,
    variant: Experiment.Variant?, _ body: (Event) throws -> Void
  ) rethrows {
    let isFallback = uniform() < 0.01
    let latency = (exp(1 + 0.4 * normal()) * 1000).rounded() / 1000
    var served = Event(kind: .served, userID: user, timestamp: Timestamp(microseconds: time))
    (served.requestID, served.experiment, served.variant) = (id, experiment, variant?.name)
    served.model = isFallback ? nil : variant?.model
    served.slate = (1...size).map { SlateItem(propositionID: "p\($0)", position: $0) }
    served.attributes = ["served_by": isFallback ? "\"popularity\"" : "\"ml_ranker\"", "latency_ms": "\(latency)"]
    try body(served)
    for place in 1...size where uniform() < rate {
      for (kind, delay) in [(Event.Kind.click, 1 + 9 * uniform()), (.accept, 20 + 40 * uniform())] {
        guard kind == .click || uniform() < 0.3 else { continue }
        var event = Event(
          kind: kind, userID: user, propositionID: "p\(place)",
          timestamp: Timestamp(microseconds: time + Int64(delay * Double(Timestamp.second))))
        (event.requestID, event.experiment, event.variant) = (id, experiment, variant?.name)
        try body(event)
      }
    }
  }
}
