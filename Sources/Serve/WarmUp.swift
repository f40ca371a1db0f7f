import Dispatch
import Events
import Foundation
import Logging
import Models
import ServiceLifecycle

/// Loads the models and replays history and log into their engines, on a thread of its own; then the server is ready.
///
/// Nothing here keeps the server from answering: what cannot be loaded is logged and counted, and its requests go to
/// the next rung of the ladder.
struct WarmUp: Service {
  let settings: Settings
  let suggester: Suggester
  let store: EventStore
  let metrics: ServiceMetrics
  let logger: Logger

  func run() async {
    await withCheckedContinuation { continuation in
      DispatchQueue(label: "warm-up").async {
        perform()
        continuation.resume()
      }
    }
    try? await gracefulShutdown()
  }

  /// Blocks until the server is ready.
  func perform() {
    let start = ContinuousClock.now
    var state = ServingState(catalogue: suggester.catalogue, settings: settings)
    loadModels(into: &state)
    var replay = EventReplay()
    if let history = settings.history {
      do {
        try replay.run(eventSource(named: history), into: &state)
      } catch {
        logger.error("the history could not be replayed to its end", metadata: ["error": "\(error)"])
      }
    }
    do {
      try store.readNow { log in try replay.run(log, into: &state) }
    } catch {
      logger.error("the event log could not be replayed to its end; popularity and features lack what it holds")
    }
    let models = state.loadedModels.map(\.reference)
    suggester.finish(&state, seen: replay.hasSeen)
    logger.info(
      "ready",
      metadata: [
        "models": "\(models.joined(separator: ", "))", "events": "\(replay.events)", "skipped": "\(replay.skipped)",
        "seconds": "\((ContinuousClock.now - start) / .seconds(1))",
      ])
  }

  private func loadModels(into state: inout ServingState) {
    let registry = ModelRegistry(root: settings.models)
    for reference in suggester.wantedModels {
      do {
        let model = try LoadedModel(registry.load(reference), catalogue: suggester.catalogue, since: .now)
        state.add(model, as: reference)
        logger.info("model loaded", metadata: ["model": "\(model.reference)", "hash": "\(model.hash.prefix(12))"])
      } catch {
        metrics.modelLoadFailures.add(1, reference)
        logger.error(
          "model not loaded; its users are answered by the next rung",
          metadata: ["model": "\(reference)", "error": "\(error)"])
      }
    }
  }
}
