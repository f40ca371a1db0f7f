public import Events
public import Experiments

/// Reads the events of one experiment and adds them up by user.
///
/// A request counts for the variant that its `served` event names: what was really served. Clicks, accepts and the like
/// count for the request that they name, once for each proposition of its slate. Memory grows with the users and with
/// the requests of one attribution window, not with the log.
public final class ExposureLog {
  /// The variant of a user.
  enum Exposure: Equatable {
    case none, several
    case variant(Int)
  }

  struct User {
    var exposure = Exposure.none
    var sums = UserSums()
    var before = UserSums()
    var today = UserSums()
    var isActiveToday = false
  }

  let experiment: Experiment
  let options: ExposureLogOptions
  private let variantIndex: [String: Int]
  private var userIndex: [String: Int] = [:]
  private(set) var users: [User] = []
  private var activeToday: [Int] = []
  private var requests = OpenRequests()
  private var newest = Int64.min
  private var today: Int64?
  /// When the experiment began: as told, else its first request.
  private(set) var start: Int64?
  private(set) var firstRequest: Int64?
  private(set) var lastRequest: Int64?
  public private(set) var counts = ExposureCounts()
  private(set) var traffic: [VariantTraffic]
  private(set) var looks: [DailyLook] = []

  public init(_ experiment: Experiment, options: ExposureLogOptions = ExposureLogOptions()) {
    self.experiment = experiment
    self.options = options
    variantIndex = Dictionary(
      uniqueKeysWithValues: experiment.variants.enumerated().map { ($0.element.name, $0.offset) })
    traffic = experiment.variants.map { _ in VariantTraffic() }
    start = options.from ?? experiment.plan.start.map(Timestamp.microseconds)
  }

  var end: Int64? { options.to ?? experiment.plan.end.map(Timestamp.microseconds) }

  /// Whether the log reaches the end that the file planned, to within an hour.
  var reachesPlannedEnd: Bool {
    guard let planned = experiment.plan.end.map(Timestamp.microseconds) else { return false }
    return newest >= planned - Timestamp.hour && (options.to ?? planned) >= planned
  }

  /// Requests that responses may still count for.
  var openRequests: Int { requests.count }

  var metrics: [ExperimentPlan.Metric] { options.metrics ?? experiment.plan.metrics }

  /// - Throws: ``ExposureLogError`` for a variant that the experiment does not have, and for an event that is older than
  ///   the newest by more than the lateness.
  public func add(_ event: Event, at place: EventPlace) throws {
    let time = event.timestamp.microseconds
    if newest != .min, time < newest - options.lateness {
      throw ExposureLogError(
        "\(place): the event of \(event.timestamp) comes after one of \(Timestamp(microseconds: newest)); expected the "
          + "order of time: sort the log, mend a clock that is ahead, or allow more with --lateness")
    }
    newest = max(newest, time)
    counts.events += 1
    requests.expire(
      requestsBefore: newest - options.attribution - options.lateness, responsesBefore: newest - options.lateness)
    if event.kind == .served { try addServed(event, at: place) } else { addResponse(event) }
  }

  /// Takes the last look; nothing may be added after it.
  func finish() {
    if today != nil { closeDay() }
    requests.expire(requestsBefore: .max, responsesBefore: .max)
    counts.unattributed = requests.unattributed
  }
}

// MARK: Events

extension ExposureLog {
  private func addServed(_ event: Event, at place: EventPlace) throws {
    let time = event.timestamp.microseconds
    let isOurs = event.experiment == experiment.name
    let isBefore = start.map { time < $0 } ?? !isOurs
    guard let requestID = event.requestID else {
      if isOurs { counts.withoutRequestID += 1 }
      return
    }
    var variant: Int?
    if isBefore {
      if isOurs { counts.outsidePeriod += 1 }
      guard options.prePeriod > 0, time >= (start ?? .max) - options.prePeriod || start == nil else { return }
    } else {
      guard isOurs else {
        counts.otherRequests += 1
        return
      }
      if let end, time >= end {
        counts.outsidePeriod += 1
        return
      }
      variant = try index(of: event.variant, at: place)
    }
    let key = EventFingerprint(requestID)
    guard !requests.isOpen(key) else {
      counts.duplicates += 1
      return
    }
    let user = index(ofUser: event.userID)
    if let variant { expose(user, to: variant, event) }
    var sums = UserSums()
    sums.requests = 1
    sums.served = Double(event.slate.count)
    if let variant { take(note: event, of: variant, in: &sums) }
    book(sums, user, isBefore: isBefore)
    let request = OpenRequests.Request(
      user: user, time: time, isBefore: isBefore, items: event.slate.map { OpenRequests.hash($0.propositionID) })
    for response in requests.insert(request, key) ?? [] { count(response) }
  }

  private func index(of name: String?, at place: EventPlace) throws -> Int {
    if let name, let index = variantIndex[name] { return index }
    let known = experiment.variants.map(\.name).joined(separator: ", ")
    throw ExposureLogError(
      "\(place): experiment \(experiment.name) has \(name.map { "no variant \"\($0)\"" } ?? "an event without a variant"); "
        + "expected one of \(known): is this the file that `serve` ran?")
  }

  private func index(ofUser id: String) -> Int {
    if let index = userIndex[id] { return index }
    userIndex[id] = users.count
    users.append(User())
    return users.count - 1
  }

  private func expose(_ user: Int, to variant: Int, _ event: Event) {
    let time = event.timestamp.microseconds
    if start == nil { start = time }
    firstRequest = min(firstRequest ?? time, time)
    lastRequest = max(lastRequest ?? time, time)
    let day = event.timestamp.bucket(of: Timestamp.day)
    if let today, day > today { closeDay() }
    today = max(today ?? day, day)
    switch users[user].exposure {
    case .none:
      users[user].exposure = .variant(variant)
      counts.users += 1
      if experiment.variant(for: event.userID).name != event.variant { counts.misassigned += 1 }
    case .variant(variant), .several: break
    case .variant:
      users[user].exposure = .several
      counts.inSeveral += 1
    }
  }

  private func take(note event: Event, of variant: Int, in sums: inout UserSums) {
    traffic[variant].requests += 1
    let rung = event.attributes["served_by"].map { String($0.dropFirst().dropLast()) }
    if rung.map({ $0 != "ml_ranker" }) ?? (event.model == nil) { sums.fallbacks = 1 }
    traffic[variant].servedBy[rung ?? event.model ?? "unknown", default: 0] += 1
    if let latency = event.attributes["latency_ms"].flatMap(Double.init), latency >= 0 {
      sums.latency = latency
      sums.timedRequests = 1
      traffic[variant].latency.add(latency)
    }
  }

  private func addResponse(_ event: Event) {
    guard let requestID = event.requestID, let propositionID = event.propositionID else {
      counts.withoutRequestID += 1
      return
    }
    let response = OpenRequests.Response(
      key: EventFingerprint(requestID), kind: event.kind, item: OpenRequests.hash(propositionID),
      time: event.timestamp.microseconds)
    if requests.isOpen(response.key) { count(response) } else { requests.wait(response) }
  }

  private func count(_ response: OpenRequests.Response) {
    guard let request = requests.mark(response, within: options.attribution) else { return }
    var sums = UserSums()
    switch response.kind {
    case .served: break
    case .impression: sums.impressions = 1
    case .click: sums.clicks = 1
    case .accept: sums.accepts = 1
    case .dismiss: sums.dismissals = 1
    }
    book(sums, request.user, isBefore: request.isBefore)
  }

  private func book(_ sums: UserSums, _ user: Int, isBefore: Bool) {
    guard !isBefore else {
      users[user].before += sums
      return
    }
    users[user].sums += sums
    users[user].today += sums
    if !users[user].isActiveToday {
      users[user].isActiveToday = true
      activeToday.append(user)
    }
  }

  /// The look at the end of a day: the moments of all users so far, and of what they did on this day alone.
  private func closeDay() {
    guard let day = today else { return }
    let empty = experiment.variants.map { _ in UserMoments() }
    var look = DailyLook(day: day, moments: [], ofDay: empty)
    for metric in allMetrics {
      var moments = empty
      for user in users {
        guard case .variant(let variant) = user.exposure else { continue }
        moments[variant].add(metric, user.sums, before: user.before)
      }
      look.moments.append(moments)
    }
    for index in activeToday {
      if case .variant(let variant) = users[index].exposure {
        look.ofDay[variant].add(metrics[0].metric, users[index].today, before: UserSums())
      }
      users[index].today = UserSums()
      users[index].isActiveToday = false
    }
    activeToday.removeAll(keepingCapacity: true)
    looks.append(look)
  }

  /// What is compared, then the guardrails that are not among it.
  var allMetrics: [ExperimentMetric] {
    let compared = metrics.map(\.metric)
    return compared + experiment.plan.guardrails.map(\.metric).filter { !compared.contains($0) }
  }
}
