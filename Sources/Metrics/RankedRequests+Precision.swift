extension RankedRequests {
  /// The precision of the first k places: the share of them that holds a positive row.
  ///
  /// Of a tie that reaches beyond k, the expected number of positives is counted. The divisor is k even where the
  /// request has fewer rows, as in trec_eval: an empty place is not a hit.
  ///
  /// - Parameter k: the number of places, at least 1.
  /// - Returns: 0…1 for each request with a positive.
  /// - Complexity: O(n).
  public func precision(at k: Int) -> PerRequestMetric {
    precondition(k >= 1, "precision(at: \(k)); k is at least 1")
    return perRequest { $0.expectedHits(at: k) / Double(k) }
  }

  /// The recall of the first k places: the share of the request's positive rows that is among them.
  ///
  /// Of a tie that reaches beyond k, the expected number of positives is counted.
  ///
  /// - Parameter k: the number of places, at least 1. A request with at most k rows has a recall of 1.
  /// - Returns: 0…1 for each request with a positive.
  /// - Complexity: O(n).
  public func recall(at k: Int) -> PerRequestMetric {
    precondition(k >= 1, "recall(at: \(k)); k is at least 1")
    return perRequest { $0.expectedHits(at: k) / Double($0.positives) }
  }

  /// The mean average precision: the precision at the place of each positive row, averaged over the positives.
  ///
  /// A tie of t rows with p positives, after s rows with r positives, adds its expected value
  ///
  ///     Σ_{j = 1…t} p/t · (r + 1 + (j − 1)(p − 1)/(t − 1)) / (s + j)
  ///
  /// which is not what scikit-learn's `average_precision_score` gives for one request: there the rows of a tie enter at
  /// once. Without ties the two are the same.
  ///
  /// - Returns: 0…1 for each request with a positive.
  /// - Complexity: O(n).
  public func meanAveragePrecision() -> PerRequestMetric {
    perRequest { request in
      var sum = 0.0
      var above = 0
      request.forEachTie { places, positives in
        let share = Double(positives) / Double(places.count)
        let tiedAbove = places.count > 1 ? Double(positives - 1) / Double(places.count - 1) : 0
        if positives > 0 {
          for j in 0..<places.count {
            sum += share * (Double(above + 1) + Double(j) * tiedAbove) / Double(places.lowerBound + j + 1)
          }
        }
        above += positives
        return above < request.positives
      }
      return sum / Double(request.positives)
    }
  }
}
