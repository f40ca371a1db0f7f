import Events
import Experiments
import Foundation
import Hummingbird
import JSON

/// What answered: the first rung of the ladder that could.
enum Rung: String, Sendable {
  case mlRanker = "ml_ranker"
  case popularity, rules
}

/// A proposition as it is suggested.
struct SuggestedProposition: Sendable {
  /// The index in the catalogue.
  let index: Int
  /// What the rung ordered by: log-odds, or a rate; nil where it orders by rule.
  var score: Double?
  /// The estimated probability that it is chosen; nil where the rung has no estimate.
  var confidence: Double?
  var reason: String
  /// The vector that was scored.
  var features: [Float]?
}

/// The answer to one request.
struct Suggestion: Sendable {
  var requestID: String
  var timestamp: Timestamp
  var propositions: [SuggestedProposition]
  var servedBy: Rung
  var experiment: String?
  var variant: String?
  /// nil when no model answered.
  var model: String?

  func response(catalogue: Catalogue, latency: Duration) -> Response {
    Response { body in
      body.field("request_id", requestID)
      body.key("propositions")
      body.array { list in
        for suggested in propositions {
          let proposition = catalogue.propositions[suggested.index]
          list.object { item in
            item.field("id", proposition.id)
            item.field("title", proposition.title)
            item.key("confidence")
            if let confidence = suggested.confidence { item.number(confidence) } else { item.null() }
            item.field("reason", suggested.reason)
          }
        }
      }
      body.field("served_by", servedBy.rawValue)
      body.field("experiment", experiment)
      body.field("variant", variant)
      body.field("model", model)
      body.key("latency_ms")
      body.number(milliseconds(latency))
      body.field("timestamp", timestamp.description)
    }
  }

  /// The `served` event of this answer, without its attributes. The ranking is deterministic, so each propensity is 1.
  func event(for query: SuggestQuery, catalogue: Catalogue) -> Event {
    var event = Event(kind: .served, userID: query.userID, timestamp: timestamp)
    event.id = "served-\(requestID)"
    event.requestID = requestID
    event.device = query.device
    event.context = query.context
    event.contextType = query.contextType
    event.experiment = experiment
    event.variant = variant
    event.model = model
    event.slate = propositions.enumerated().map { place, suggested in
      SlateItem(
        propositionID: catalogue.propositions[suggested.index].id, position: place + 1, score: suggested.score,
        propensity: 1, features: suggested.features)
    }
    return event
  }

  /// What the event says beyond the contract's fields.
  func attributes(latency: Duration) -> [String: String] {
    ["served_by": "\"\(servedBy.rawValue)\"", "latency_ms": "\(milliseconds(latency))"]
  }

  private func milliseconds(_ duration: Duration) -> Double {
    (duration / .milliseconds(1) * 1000).rounded() / 1000
  }
}
