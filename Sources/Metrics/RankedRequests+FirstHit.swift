extension RankedRequests {
  /// The mean reciprocal rank: 1 over the place of the highest positive row.
  ///
  /// In a tie of t rows with p positives after s rows without any, the expected value of 1 / (s + J) is taken, where J
  /// is the place of the first positive in a random order: P(J = j) = C(t − j, p − 1) / C(t, p).
  ///
  /// - Parameter k: count a first positive below place k as 0; nil for no such limit.
  /// - Returns: 0…1 for each request with a positive.
  /// - Complexity: O(n).
  public func meanReciprocalRank(at k: Int? = nil) -> PerRequestMetric {
    precondition(k ?? 1 >= 1, "meanReciprocalRank(at: \(k ?? 0)); k is at least 1")
    return perRequest { request in
      var expected = 0.0
      request.forEachTie { places, positives in
        guard positives > 0 else { return true }
        let size = places.count
        var chance = Double(positives) / Double(size)
        for j in 1...(size - positives + 1) {
          let rank = places.lowerBound + j
          guard rank <= k ?? .max else { break }
          expected += chance / Double(rank)
          if j < size { chance *= Double(size - j - positives + 1) / Double(size - j) }
        }
        return false
      }
      return expected
    }
  }

  /// The hit rate: how likely at least one positive row is among the first k.
  ///
  /// A tie of t rows with p positives, of which only m fit, holds one with probability 1 − C(t − p, m) / C(t, m).
  ///
  /// - Parameter k: the number of places, at least 1. A request with at most k rows counts as 1.
  /// - Returns: 0…1 for each request with a positive.
  /// - Complexity: O(n).
  public func hitRate(at k: Int) -> PerRequestMetric {
    precondition(k >= 1, "hitRate(at: \(k)); k is at least 1")
    return perRequest { request in
      var rate = 0.0
      request.forEachTie { places, positives in
        guard positives > 0 else { return places.upperBound < k }
        var miss = 1.0
        for drawn in 0..<min(places.count, k - places.lowerBound) {
          miss *= Double(max(0, places.count - positives - drawn)) / Double(places.count - drawn)
        }
        rate = 1 - miss
        return false
      }
      return rate
    }
  }
}
