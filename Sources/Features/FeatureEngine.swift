public import Events

/// Computes feature vectors as of a time from the events observed so far: the one engine of replay and server.
///
/// Events and requests are to come in time order. A feature of a request at time t sees only events in buckets before
/// the bucket that holds t, so what is observed later in the same bucket, or afterwards, changes nothing.
public struct FeatureEngine: Sendable {
  public let featureSet: FeatureSet
  public let catalogue: Catalogue
  /// Columns of a vector.
  public let columnCount: Int

  private var aggregates: [AggregateState] = []
  private var programs: [ColumnProgram] = []
  private var keys: KeyTable
  private var memo: RequestMemo

  /// - Parameter featureSet: open vocabularies are filled in from the catalogue.
  public init(featureSet: FeatureSet, catalogue: Catalogue) {
    self.featureSet = featureSet.resolved(for: catalogue)
    self.catalogue = catalogue
    keys = KeyTable(catalogue: catalogue)
    memo = RequestMemo(categoryCount: keys.categoryCount)
    columnCount = self.featureSet.columnNames.count
    for feature in self.featureSet.features { programs.append(compile(feature)) }
  }

  /// Counts an event. Propositions that the catalogue does not hold are passed over.
  public mutating func observe(_ event: Event) {
    if event.kind == .served {
      for item in event.slate {
        guard let proposition = catalogue.index(of: item.propositionID) else { continue }
        observe(event, proposition: proposition)
      }
    } else if let id = event.propositionID, let proposition = catalogue.index(of: id) {
      observe(event, proposition: proposition)
    }
  }

  /// Writes the vectors of the candidates, one after the other, `candidates.count × columnCount`, row-major.
  ///
  /// - Complexity: O(candidates · columns).
  public mutating func computeFeatures(
    for request: FeatureRequest, candidates: [FeatureCandidate], into output: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(
      output.count == candidates.count * columnCount,
      "output holds \(output.count) numbers, not \(candidates.count)×\(columnCount)")
    var known = keys.known(request)
    memo.begin(slots: aggregates.count)
    for (row, candidate) in candidates.enumerated() {
      keys.set(proposition: candidate.proposition, of: &known)
      let proposition = catalogue.propositions[candidate.proposition]
      var column = row * columnCount
      for program in programs {
        column += program.write(
          to: UnsafeMutableBufferPointer(rebasing: output[column...]), request: request, candidate: candidate,
          proposition: proposition
        ) { memo.value(slot: $0, of: &aggregates[$0], keys: known, at: request.timestamp) }
      }
    }
  }

  /// The vectors of the candidates as a new array; see ``computeFeatures(for:candidates:into:)``.
  public mutating func features(for request: FeatureRequest, candidates: [FeatureCandidate]) -> [Float] {
    let count = candidates.count * columnCount
    return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      computeFeatures(
        for: request, candidates: candidates, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      initialized = count
    }
  }

  private mutating func observe(_ event: Event, proposition: Int) {
    let keys = keys.interned(event, proposition: proposition)
    for index in aggregates.indices { aggregates[index].observe(event, keys: keys) }
  }

  // MARK: Compiling

  private mutating func slot(_ aggregate: Feature.Aggregate, measuring measure: AggregateState.Measure) -> Int {
    if let known = aggregates.firstIndex(where: { $0.aggregate == aggregate && $0.measure == measure }) { return known }
    aggregates.append(AggregateState(aggregate, measuring: measure))
    return aggregates.count - 1
  }

  private mutating func compile(_ feature: Feature) -> ColumnProgram {
    switch feature.definition {
    case .count(let aggregate, let transform): .count(slot(aggregate, measuring: .events), transform)
    case .rate(let events, let over, let prior, let strength, let transform):
      .rate(
        events: slot(events, measuring: .events), over: slot(over, measuring: .events),
        prior: compile(prior, events: events, over: over), strength: strength, transform)
    case .recency(let aggregate, let cap, let transform):
      .recency(slot(aggregate, measuring: .lastTime), cap: cap.microseconds ?? Timestamp.day, transform)
    case .age(let transform): .age(transform)
    case .numeric(let attribute, let standard, let transform): .numeric(attribute, standard, transform)
    case .category(let field, .values(let values)):
      .oneHot(field, Dictionary(uniqueKeysWithValues: (values ?? []).enumerated().map { ($1, $0) }))
    case .category(let field, .hashed(let count)): .hashed(field, count)
    case .timeOfDay: .timeOfDay
    case .dayOfWeek: .dayOfWeek
    case .position(let serving, let transform): .position(serving: serving, transform)
    }
  }

  private mutating func compile(
    _ prior: Feature.Prior, events: Feature.Aggregate, over: Feature.Aggregate
  ) -> ColumnProgram.Prior {
    switch prior {
    case .constant(let rate): return .constant(rate)
    case .global:
      var (events, over) = (events, over)
      (events.by, over.by) = ([], [])
      return .global(events: slot(events, measuring: .events), over: slot(over, measuring: .events))
    }
  }
}
