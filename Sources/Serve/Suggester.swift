import Events
import Experiments
import Foundation
import Logging
import Synchronization

/// Answers /suggest and keeps what answers are made from up to date.
final class Suggester: Sendable {
  let catalogue: Catalogue
  let experiment: Experiment?
  private let settings: Settings
  private let metrics: ServiceMetrics
  private let logger: Logger
  private let state: Mutex<ServingState>
  private let shown: Mutex<(flags: [Bool], count: Int)>

  init(
    catalogue: Catalogue, experiment: Experiment?, settings: Settings, metrics: ServiceMetrics, logger: Logger
  ) {
    self.catalogue = catalogue
    self.experiment = experiment
    self.settings = settings
    self.metrics = metrics
    self.logger = logger
    state = Mutex(ServingState(catalogue: catalogue, settings: settings))
    shown = Mutex((Array(repeating: false, count: catalogue.propositions.count), 0))
    metrics.catalogueSize.set(Double(catalogue.propositions.count))
  }

  /// The models that settings and experiment name.
  var wantedModels: [String] {
    let variants = experiment?.variants.map(\.model) ?? []
    return variants + (variants.contains(settings.model) ? [] : [settings.model])
  }

  var isReady: Bool { state.withLock(\.isReady) }

  var loadedModels: [LoadedModel] { state.withLock(\.loadedModels) }

  func model(_ reference: String) -> LoadedModel? { state.withLock { $0.model(reference) } }

  /// Ends the warm-up; see ``ServingState/finish(_:seen:)``.
  func finish(_ replayed: inout ServingState, seen: (Event) -> Bool) {
    metrics.modelsLoaded.set(Double(replayed.loadedModels.count))
    state.withLock { $0.finish(&replayed, seen: seen) }
    metrics.ready.set(1)
  }

  /// Takes note of events that are on disk now. What was served counts since its answer.
  func observe(_ events: [Event]) {
    state.withLock { state in for event in events where event.kind != .served { state.observe(event) } }
    for event in events {
      metrics.events.add(1, event.kind.rawValue, experiment?.name ?? ServiceMetrics.none, variant(of: event))
    }
  }

  /// The answer, and its `served` event as it goes into the log. What was served counts for the next request at once.
  func suggest(_ query: SuggestQuery, since start: ContinuousClock.Instant) -> (Suggestion, Event) {
    let variant = experiment?.variant(for: query.userID)
    let reference = variant?.model ?? settings.model
    let requestID = Self.makeRequestID()
    var failedModel: String?
    var (suggestion, event) = state.withLock { state in
      var suggestion = state.answer(query, by: state.model(reference), requestID: requestID) {
        failedModel = $0.reference
      }
      suggestion.experiment = experiment?.name
      suggestion.variant = variant?.name
      let event = suggestion.event(for: query, catalogue: catalogue)
      state.observe(event)
      return (suggestion, event)
    }
    event.attributes = suggestion.attributes(latency: ContinuousClock.now - start)
    if Double(stableHash(requestID.utf8) >> 11) * 0x1p-53 >= settings.servedFeaturesShare {
      for index in event.slate.indices { event.slate[index].features = nil }
    }
    if let failedModel {
      metrics.rankerFailures.add(1, failedModel)
      logger.debug("a score was not finite", metadata: ["model": "\(failedModel)", "request_id": "\(requestID)"])
    }
    count(suggestion)
    return (suggestion, event)
  }

  private func count(_ suggestion: Suggestion) {
    let experiment = suggestion.experiment ?? ServiceMetrics.none
    let variant = suggestion.variant ?? ServiceMetrics.none
    metrics.suggestions.add(
      1, suggestion.servedBy.rawValue, experiment, variant, suggestion.model ?? ServiceMetrics.none)
    metrics.suggestedPropositions.add(suggestion.propositions.count, experiment, variant)
    let count = shown.withLock { shown in
      for suggested in suggestion.propositions where !shown.flags[suggested.index] {
        shown.flags[suggested.index] = true
        shown.count += 1
      }
      return shown.count
    }
    metrics.propositionsShown.set(Double(count))
  }

  /// The variant that the event names, if it is one of the experiment, else the one that its user is in.
  private func variant(of event: Event) -> String {
    guard let experiment else { return ServiceMetrics.none }
    if let named = event.variant, experiment.variants.contains(where: { $0.name == named }) { return named }
    return experiment.variant(for: event.userID).name
  }

  /// 128 random bits in hexadecimal.
  private static func makeRequestID() -> String {
    var generator = SystemRandomNumberGenerator()
    let digits = Array("0123456789abcdef".utf8)
    return String(unsafeUninitializedCapacity: 32) { text in
      for half in 0..<2 {
        var bits = generator.next()
        for place in 0..<16 {
          text[16 * half + place] = digits[Int(bits & 15)]
          bits >>= 4
        }
      }
      return 32
    }
  }
}
