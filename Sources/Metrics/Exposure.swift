import Foundation

/// What a ranking shows in its first k places, over all requests: how much of the catalogue, how evenly, how varied.
public struct Exposure: Equatable, Sendable {
  /// The number of places.
  public let k: Int
  /// The number of different propositions in the rows: what could have been shown.
  public let propositions: Int
  /// The share of them that is shown in the first k places of any request (Herlocker et al. 2004; Ge et al. 2010).
  public let coverage: Double
  /// The Shannon entropy of the exposures over its largest value, ln(propositions): 1 if all are shown equally often, 0
  /// if it is always the same one. Nil with fewer than two propositions.
  public let entropy: Double?
  /// The Gini index of the exposures: 0 if all propositions are shown equally often, near 1 if it is always the same few
  /// (Fleder & Hosanagar 2009). Nil with fewer than two propositions.
  public let gini: Double?
}

extension RankedRequests {
  /// How the first k places are shared out among the propositions.
  ///
  /// The exposure of a proposition is how often it stands in the first k places, over all requests, with a positive row or
  /// without. Of a tie that reaches beyond k each row has the same chance of a place, and its exposure is that chance; so
  /// a constant score reaches all that was there to show.
  ///
  /// - Parameters:
  ///   - k: the number of places, at least 1.
  ///   - propositions: what each row shows, in the order of the rows as they were given (not ranked).
  /// - Returns: nil if there is no row.
  /// - Throws: `MetricError.countMismatch` unless there is one proposition a row.
  /// - Complexity: O(n).
  ///
  /// Herlocker et al., "Evaluating collaborative filtering recommender systems", ACM TOIS 22, 2004; Ge et al., "Beyond
  /// accuracy: evaluating recommender systems by coverage and serendipity", RecSys 2010; Fleder & Hosanagar,
  /// "Blockbuster culture's next rise or fall", Management Science 55, 2009.
  public func exposure(at k: Int, of propositions: some Collection<Int64>) throws(MetricError) -> Exposure? {
    precondition(k >= 1, "exposure(at: \(k)); k is at least 1")
    try checkCount("propositions", propositions.count, rows: groups.rows)
    guard groups.rows > 0 else { return nil }
    var numbers: [Int64: Int] = [:]
    let numberOfRow = propositions.map { proposition in
      let next = numbers.count
      let number = numbers[proposition, default: next]
      if number == next { numbers[proposition] = next }
      return number
    }
    var exposures = [Double](repeating: 0, count: numbers.count)
    forEachShown(at: k) { row, chance in exposures[numberOfRow[row]] += chance }
    let count = exposures.count
    let shown = exposures.reduce(0) { $0 + ($1 > 0 ? 1 : 0) }
    let total = exposures.reduce(0, +)
    var entropy: Double?
    var gini: Double?
    if count > 1 {
      entropy = exposures.reduce(0) { $1 > 0 ? $0 - $1 / total * log($1 / total) : $0 } / log(Double(count))
      // Σ (2i − n − 1) xᵢ / (n Σ x) over the exposures in ascending order.
      gini =
        exposures.sorted().enumerated().reduce(0) { $0 + Double(2 * $1.offset + 1 - count) * $1.element }
        / (Double(count) * total)
    }
    return Exposure(
      k: k, propositions: count, coverage: Double(shown) / Double(count), entropy: entropy, gini: gini)
  }

  /// The diversity of the first k places: the share of their pairs whose two rows differ in category.
  ///
  /// This is the intra-list diversity with a distance of 1 between categories and 0 within one. A tie that reaches
  /// beyond k counts by the chance that both rows of a pair stand in the first k places.
  ///
  /// - Parameters:
  ///   - k: the number of places, at least 2.
  ///   - categories: the category of each row, in the order of the rows as they were given (not ranked).
  /// - Returns: 0…1 for each request with at least two rows; NaN for the others, whatever their labels.
  /// - Throws: `MetricError.countMismatch` unless there is one category a row.
  /// - Complexity: O(n·m) where the first k places and the tie at their end have m rows.
  ///
  /// Smyth & McClave, "Similarity vs. diversity", ICCBR 2001; Ziegler et al., "Improving recommendation lists through
  /// topic diversification", WWW 2005.
  public func diversity(
    at k: Int, of categories: some RandomAccessCollection<Int32>
  ) throws(MetricError) -> PerRequestMetric {
    precondition(k >= 2, "diversity(at: \(k)); k is at least 2")
    try checkCount("categories", categories.count, rows: groups.rows)
    let category = Array(categories)
    return PerRequestMetric(
      values: (0..<groups.count).map { request in
        let places = self.places(at: k, of: request)
        let (certain, tie) = (places.certain, places.tied)
        guard certain.count + tie.count >= 2 else { return .nan }
        let drawn = Double(places.drawn)
        let size = Double(tie.count)
        let one = tie.isEmpty ? 0 : drawn / size
        let both = tie.count < 2 ? 0 : drawn * (drawn - 1) / (size * (size - 1))
        var different = 0.0
        var pairs = 0.0
        for second in certain.lowerBound..<tie.upperBound {
          for first in certain.lowerBound..<second {
            let chance = first >= tie.lowerBound ? both : second >= tie.lowerBound ? one : 1
            pairs += chance
            if category[Int(rowAtPlace[first])] != category[Int(rowAtPlace[second])] { different += chance }
          }
        }
        return different / pairs
      })
  }

  /// Calls `body` with each row that may stand in the first k places of its request, and the chance that it does.
  private func forEachShown(at k: Int, _ body: (_ row: Int, _ chance: Double) -> Void) {
    for request in 0..<groups.count {
      let places = self.places(at: k, of: request)
      for place in places.certain { body(Int(rowAtPlace[place]), 1) }
      for place in places.tied { body(Int(rowAtPlace[place]), Double(places.drawn) / Double(places.tied.count)) }
    }
  }

  /// The places of a request's rows that are among the first k for certain, and the tie after them of which `drawn` are.
  private func places(at k: Int, of request: Int) -> (certain: Range<Int>, tied: Range<Int>, drawn: Int) {
    let rows = groups[request]
    let end = min(rows.upperBound, rows.lowerBound + k)
    guard end > rows.lowerBound, endsTie[end - 1] == 0 else { return (rows.lowerBound..<end, end..<end, 0) }
    var first = end - 1
    while first > rows.lowerBound, endsTie[first - 1] == 0 { first -= 1 }
    var last = end
    while endsTie[last] == 0 { last += 1 }
    return (rows.lowerBound..<first, first..<(last + 1), end - first)
  }
}
