import Events
import Features
import Models

/// What answers are made from: the models, and what the events so far add up to. Changes with every event.
struct ServingState: Sendable {
  private let catalogue: Catalogue
  private let settings: Settings
  /// By the reference that experiments and settings use.
  private var models: [String: LoadedModel] = [:]
  private var engines: [FeatureEngine] = []
  private var counts: PopularityCounts
  private var popularity: PopularitySnapshot
  private var clock = RequestClock()
  /// Newest first, ties in the order of the catalogue.
  private let newestFirst: [Int]
  /// Events that came while the log was replayed; nil once that is over.
  private var arrivals: [Event]? = []

  /// A state without models and history, that answers by rules.
  init(catalogue: Catalogue, settings: Settings) {
    self.catalogue = catalogue
    self.settings = settings
    counts = PopularityCounts(catalogue: catalogue)
    popularity = PopularitySnapshot(
      counts, catalogue: catalogue, candidates: settings.candidates, at: Timestamp(microseconds: 0))
    let created = catalogue.propositions.map { $0.createdAt?.microseconds ?? .min }
    newestFirst = created.indices.sorted { (created[$1], $0) < (created[$0], $1) }
  }

  var isReady: Bool { arrivals == nil }

  func model(_ reference: String) -> LoadedModel? { models[reference] }

  /// The loaded models, each once, by reference.
  var loadedModels: [LoadedModel] {
    Dictionary(models.values.map { ($0.reference, $0) }, uniquingKeysWith: { first, _ in first }).values
      .sorted { $0.reference < $1.reference }
  }

  // MARK: Warming up

  /// Adds a model under the reference that asked for it. Models with the same feature set share an engine.
  mutating func add(_ model: LoadedModel, as reference: String) {
    let engine = FeatureEngine(featureSet: model.featureSet, catalogue: catalogue)
    var model = model
    if let known = engines.firstIndex(where: { $0.featureSet == engine.featureSet }) {
      model.engine = known
    } else {
      model.engine = engines.count
      engines.append(engine)
    }
    models[reference] = model
  }

  /// Becomes the state that a replay made, plus the events that came meanwhile and that the replay did not see.
  ///
  /// - Parameter replayed: is left with the state before.
  mutating func finish(_ replayed: inout ServingState, seen: (Event) -> Bool) {
    swap(&self, &replayed)
    arrivals = nil
    clock = replayed.clock
    for event in replayed.arrivals ?? [] where !seen(event) { count(event) }
    refreshPopularity(at: .now)
  }

  // MARK: Serving

  /// Takes note of an event that is in the log, or about to be.
  mutating func observe(_ event: Event) {
    if arrivals != nil { arrivals?.append(event) } else { count(event) }
  }

  /// Counts an event at once.
  mutating func count(_ event: Event) {
    for index in engines.indices { engines[index].observe(event) }
    counts.observe(event, catalogue: catalogue)
  }

  /// Answers by the highest rung that can.
  ///
  /// - Parameter failed: hears of a model that was asked and could not score.
  mutating func answer(
    _ query: SuggestQuery, by model: LoadedModel?, requestID: String, failed: (LoadedModel) -> Void
  ) -> Suggestion {
    let time = clock.next()
    if time.microseconds - popularity.takenAt.microseconds >= Int64(settings.popularityRefresh) * Timestamp.second {
      refreshPopularity(at: time)
    }
    var suggestion = Suggestion(requestID: requestID, timestamp: time, propositions: [], servedBy: .rules)
    if let model {
      if let ranked = rank(query, at: time, by: model) {
        suggestion.propositions = ranked
        suggestion.servedBy = .mlRanker
        suggestion.model = model.reference
        return suggestion
      }
      failed(model)
    }
    if !popularity.order.isEmpty {
      suggestion.servedBy = .popularity
      suggestion.propositions = popularity.order.prefix(query.limit).map { index in
        let rate = popularity.rates[index]
        return SuggestedProposition(index: index, score: rate, confidence: rate, reason: "Often chosen")
      }
    } else {
      suggestion.propositions = newestFirst.prefix(query.limit).map {
        SuggestedProposition(index: $0, reason: "New")
      }
    }
    return suggestion
  }

  private mutating func refreshPopularity(at time: Timestamp) {
    popularity = PopularitySnapshot(counts, catalogue: catalogue, candidates: settings.candidates, at: time)
  }

  private mutating func rank(
    _ query: SuggestQuery, at time: Timestamp, by model: LoadedModel
  ) -> [SuggestedProposition]? {
    let request = FeatureRequest(
      userID: query.userID, timestamp: time, device: query.device, contextType: query.contextType)
    let vectors = engines[model.engine].features(for: request, candidates: popularity.candidates)
    return vectors.withUnsafeBufferPointer { vectors in
      guard let best = model.best(query.limit, of: vectors) else { return nil }
      let means = model.means(of: vectors)
      return best.map { row, logOdds in
        let vector = model.vector(row, of: vectors)
        return SuggestedProposition(
          index: popularity.candidates[row].proposition, score: logOdds, confidence: model.confidence(logOdds: logOdds),
          reason: model.reason(for: vector, against: means), features: Array(vector))
      }
    }
  }
}
