import Foundation
import Models

/// What `/metrics` shows. docs/serving.md lists the families and what to look at first.
final class ServiceMetrics: Sendable {
  /// The label of what is not there: no experiment, no model.
  static let none = "none"

  let requests = NumberFamily(
    "http_requests_total", .counter, help: "Requests answered, by method, route template and status.",
    labels: ["method", "route", "status"])
  let requestDuration = HistogramFamily(
    "http_request_duration_seconds", help: "Seconds from the request's head to the answer.", labels: ["route"],
    bounds: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10])
  let suggestions = NumberFamily(
    "suggestions_total", .counter, help: "Answers of /suggest, by the rung of the ladder that gave them.",
    labels: ["served_by", "experiment", "variant", "model"])
  let suggestedPropositions = NumberFamily(
    "suggestion_propositions_total", .counter, help: "Propositions in the answers of /suggest.",
    labels: ["experiment", "variant"])
  let propositionsShown = NumberFamily(
    "catalogue_propositions_shown", .gauge, help: "Propositions suggested at least once since the start.")
  let catalogueSize = NumberFamily("catalogue_propositions", .gauge, help: "Propositions in the catalogue.")
  let events = NumberFamily(
    "events_total", .counter, help: "Events stored, by type and the variant of their user.",
    labels: ["type", "experiment", "variant"])
  let duplicateEvents = NumberFamily(
    "event_duplicates_total", .counter, help: "Events that were in the log already.")
  let servedEventsLost = NumberFamily(
    "served_events_lost_total", .counter, help: "Answers that could not be logged, by reason.", labels: ["reason"])
  let eventLogFailures = NumberFamily(
    "event_log_failures_total", .counter, help: "Failed operations on the event log.", labels: ["operation"])
  let eventQueueDepth = NumberFamily("event_queue_depth", .gauge, help: "Events that wait for the disk.")
  let eventCommits = NumberFamily("event_log_commits_total", .counter, help: "Transactions of the event log.")
  let modelLoadFailures = NumberFamily(
    "model_load_failures_total", .counter, help: "Models that could not be loaded.", labels: ["model"])
  let rankerFailures = NumberFamily(
    "ranker_failures_total", .counter, help: "Requests that a model could not score.", labels: ["model"])
  let modelsLoaded = NumberFamily("models_loaded", .gauge, help: "Models that answer requests.")
  let ready = NumberFamily("service_ready", .gauge, help: "1 once the server is fit to be sent traffic.")
  private let buildInformation = NumberFamily(
    "build_info", .gauge, help: "1, with the version of this build.", labels: ["version"])
  private let startTime = NumberFamily(
    "process_start_time_seconds", .gauge, help: "When the process began, in seconds since 1970.")

  init() {
    buildInformation.set(1, toolVersion)
    startTime.set(Date().timeIntervalSince1970)
    for operation in ["open", "append", "read"] { eventLogFailures.add(0, operation) }
    for reason in ["queue_full", "database"] { servedEventsLost.add(0, reason) }
  }

  /// The Prometheus text.
  var text: String {
    prometheusText(of: [
      requests, requestDuration, suggestions, suggestedPropositions, propositionsShown, catalogueSize, events,
      duplicateEvents, servedEventsLost, eventLogFailures, eventQueueDepth, eventCommits, modelLoadFailures,
      rankerFailures, modelsLoaded, ready, buildInformation, startTime,
    ])
  }
}
