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
    let keys = keys.keys(of: request, candidates: candidates)
    for slot in aggregates.indices { aggregates[slot].begin(at: request.timestamp) }
    memo.begin(slots: aggregates.count)
    output.update(repeating: 0)
    var columns = Columns(vectors: output, width: columnCount)
    for program in programs {
      program.write(to: &columns, request: request, candidates: candidates) { slot, row in
        memo.value(slot: slot, of: &aggregates[slot], keys: keys[row])
      }
      columns.first += program.width
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
    case .age(let transform): .age(catalogue.propositions.map { $0.createdAt?.microseconds }, transform)
    case .numeric(let attribute, let standard, let transform):
      .fixed(
        catalogue.propositions.map { proposition in
          guard case .number(let number)? = proposition.attributes[attribute] else { return transform.apply(standard) }
          return transform.apply(number)
        })
    case .category(let field, let vocabulary): compile(field, ColumnProgram.Vocabulary(vocabulary))
    case .timeOfDay: .timeOfDay
    case .dayOfWeek: .dayOfWeek
    case .position(let serving, let transform): .position(serving: serving, transform)
    }
  }

  private func compile(_ field: Feature.Field, _ vocabulary: ColumnProgram.Vocabulary) -> ColumnProgram {
    switch field {
    case .device: .requestCategory(.device, vocabulary)
    case .contextType: .requestCategory(.contextType, vocabulary)
    case .proposition(let attribute):
      .propositionCategory(
        catalogue.propositions.map { $0.text(of: attribute).flatMap(vocabulary.column) }, width: vocabulary.width)
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

extension ColumnProgram.Vocabulary {
  fileprivate init(_ vocabulary: Feature.Vocabulary) {
    switch vocabulary {
    case .values(let values):
      self = .values(Dictionary(uniqueKeysWithValues: (values ?? []).enumerated().map { ($1, $0) }))
    case .hashed(let count): self = .hashed(count)
    }
  }
}
