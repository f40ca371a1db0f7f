import Events
import Features

/// How often each proposition was served and chosen (clicked or accepted), over the whole log.
struct PopularityCounts: Sendable {
  /// Showings that a proposition is credited with at the rate of the whole catalogue.
  static let strength = 20.0

  private var chosen: [Int]
  private var served: [Int]
  private var totalChosen = 0
  private var totalServed = 0

  init(catalogue: Catalogue) {
    chosen = Array(repeating: 0, count: catalogue.propositions.count)
    served = chosen
  }

  mutating func observe(_ event: Event, catalogue: Catalogue) {
    switch event.kind {
    case .served:
      for index in event.slate.compactMap({ catalogue.index(of: $0.propositionID) }) {
        served[index] += 1
        totalServed += 1
      }
    case .click, .accept:
      guard let index = event.propositionID.flatMap(catalogue.index(of:)) else { return }
      chosen[index] += 1
      totalChosen += 1
    case .impression, .dismiss: return
    }
  }

  /// Whether anything was ever chosen; before that, popularity says nothing.
  var isTelling: Bool { totalChosen > 0 }

  /// (chosen + 20·g) / (served + 20) with g = (all chosen + 1) / (all served + 20), at most 1.
  func rate(_ proposition: Int) -> Double {
    let overall = Double(totalChosen + 1) / (Double(totalServed) + Self.strength)
    return min(
      1, (Double(chosen[proposition]) + Self.strength * overall) / (Double(served[proposition]) + Self.strength))
  }
}

/// The catalogue by popularity as of a moment.
struct PopularitySnapshot: Sendable {
  let takenAt: Timestamp
  let rates: [Double]
  /// Most popular first, ties in the order of the catalogue; empty where nothing was ever chosen.
  let order: [Int]
  /// What a model scores, in the order of the catalogue: all of it, or its most popular part.
  let candidates: [FeatureCandidate]

  /// - Complexity: O(n log n) for n propositions.
  init(_ counts: PopularityCounts, catalogue: Catalogue, candidates limit: Int, at time: Timestamp) {
    let indices = Array(catalogue.propositions.indices)
    let rates = indices.map(counts.rate)
    let order = indices.sorted { (rates[$1], $0) < (rates[$0], $1) }
    let chosen = limit < indices.count ? order.prefix(limit).sorted() : indices
    self.rates = rates
    takenAt = time
    self.order = counts.isTelling ? order : []
    candidates = chosen.map { FeatureCandidate(proposition: $0) }
  }
}
