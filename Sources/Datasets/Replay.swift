internal import Events
internal import Features
internal import Files

/// Replays an event log in time order through a feature engine: each shown proposition becomes a row with the features
/// of that moment and, once the attribution window has passed, its label.
///
/// Memory is bounded by the entities of the log, the requests within the attribution window, the events within the
/// lateness, and 16 bytes an event id.
struct Replay {
  private struct Request {
    let id: String
    let timestamp: Timestamp
    let user: Int64
    let items: [SlateItem]
    let features: [Float]
    let popularity: [Float]
    let device: Int32
    let contextType: Int32
    let isNewUser: Bool
    var labels: [UInt8]
  }

  private let options: ReplayOptions
  private let catalogue: Catalogue
  private var engine: FeatureEngine
  private var popularity: FeatureEngine
  private var sequencer = EventSequencer()
  private let spool: RowSpool
  private var codes: RowCodes
  private var users: Set<Int64> = []
  /// Requests whose window is open, oldest first, from `firstOpen` on.
  private var open: [Request] = []
  private var firstOpen = 0
  /// The place in `open` counted from the beginning of the log.
  private var places: [String: Int] = [:]
  private var closed = 0
  private(set) var summary = ReplaySummary()

  init(featureSet: FeatureSet, catalogue: Catalogue, options: ReplayOptions, spool: RowSpool) {
    self.options = options
    self.catalogue = catalogue
    self.spool = spool
    codes = RowCodes(catalogue: catalogue)
    engine = FeatureEngine(featureSet: featureSet, catalogue: catalogue)
    popularity = FeatureEngine(featureSet: .popularity(of: options.positive), catalogue: catalogue)
  }

  /// Takes the next event of the source.
  mutating func push(_ event: Event, from place: EventPlace) throws {
    summary.events += 1
    guard let event = try known(event, from: place) else { return }
    switch sequencer.push(event) {
    case .duplicate: summary.duplicates += 1
    case .late: summary.late += 1
    case .accepted: while let next = sequencer.pop(before: sequencer.newest - options.lateness) { try process(next) }
    }
  }

  /// The names of all codes given so far, of the columns that hold any.
  var codeNames: [String: [String]] { codes.names }

  /// Works off what is waiting.
  mutating func finish() throws {
    while let next = sequencer.pop() { try process(next) }
    try close(before: .max)
  }

  /// The event without the propositions that the catalogue does not hold; nil when nothing is left of it.
  private mutating func known(_ event: Event, from place: EventPlace) throws -> Event? {
    let unknown =
      (event.kind == .served ? event.slate.map(\.propositionID) : [event.propositionID ?? ""])
      .filter { catalogue.index(of: $0) == nil }
    guard let first = unknown.first else { return event }
    guard options.skipsUnknownPropositions else {
      throw LineError(
        path: place.source, line: place.line,
        reason: "proposition \"\(first)\" is not in the catalogue; add it there, or pass --skip-unknown-propositions")
    }
    summary.unknownPropositions += unknown.count
    var event = event
    event.slate.removeAll { unknown.contains($0.propositionID) }
    return event.slate.isEmpty ? nil : event
  }

  private mutating func process(_ event: Event) throws {
    summary.byKind[event.kind.rawValue, default: 0] += 1
    try close(before: event.timestamp.microseconds)
    if event.kind == .served {
      serve(event)
    } else if options.positive.contains(event.kind) {
      label(event)
    }
    engine.observe(event)
    popularity.observe(event)
  }

  private mutating func serve(_ event: Event) {
    guard let id = event.requestID, places[id] == nil else {
      summary.servedWithoutOwnRequest += 1
      return
    }
    let request = FeatureRequest(served: event)
    let candidates = event.slate.map {
      FeatureCandidate(proposition: catalogue.index(of: $0.propositionID)!, position: $0.position)
    }
    let user = Int64(bitPattern: stableHash(event.userID.utf8))
    places[id] = closed + open.count - firstOpen
    open.append(
      Request(
        id: id, timestamp: event.timestamp, user: user, items: event.slate,
        features: engine.features(for: request, candidates: candidates),
        popularity: popularity.features(for: request, candidates: candidates),
        device: codes.code(of: event.device, in: .device),
        contextType: codes.code(of: event.contextType, in: .contextType), isNewUser: users.insert(user).inserted,
        labels: Array(repeating: 0, count: event.slate.count)))
  }

  private mutating func label(_ event: Event) {
    guard let id = event.requestID, let place = places[id],
      let item = open[firstOpen + place - closed].items.firstIndex(where: { $0.propositionID == event.propositionID })
    else {
      summary.unattributed += 1
      return
    }
    open[firstOpen + place - closed].labels[item] = 1
  }

  /// Writes the rows of the requests whose window ended before `time`.
  private mutating func close(before time: Int64) throws {
    while firstOpen < open.count, time == .max || open[firstOpen].timestamp.microseconds + options.attribution < time {
      let request = open[firstOpen]
      try write(request)
      places[request.id] = nil
      firstOpen += 1
      closed += 1
    }
    if firstOpen > 1024, 2 * firstOpen > open.count {
      open.removeFirst(firstOpen)
      firstOpen = 0
    }
  }

  private mutating func write(_ request: Request) throws {
    let count = request.items.count
    try spool.append(
      RequestRows(
        features: request.features, labels: request.labels, group: Int64(summary.requests),
        timestamp: request.timestamp, user: request.user, isNewUser: request.isNewUser, device: request.device,
        contextType: request.contextType, positions: request.items.map { Int32(clamping: $0.position) },
        propensities: request.items.map { Float($0.propensity ?? .nan) }, popularity: request.popularity,
        propositions: request.items.map { Int64(bitPattern: stableHash($0.propositionID.utf8)) },
        categories: request.items.map { codes.category(of: catalogue.index(of: $0.propositionID)!) }))
    summary.requests += 1
    summary.rows += count
    summary.positives += request.labels.reduce(0) { $0 + Int($1) }
  }
}

extension FeatureSet {
  /// The baseline beside every model: how often the proposition was chosen where it was shown, over all time, as of the last hour, smoothed by 20
  /// showings at the global rate.
  static func popularity(of positive: [Event.Kind]) -> FeatureSet {
    FeatureSet(features: [
      Feature(
        "popularity",
        .rate(
          .init(positive, by: [.proposition]), over: .init([.served], by: [.proposition]), prior: .global,
          strength: 20, .none))
    ])
  }
}
