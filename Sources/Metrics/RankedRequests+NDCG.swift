import Foundation

extension RankedRequests {
  /// The normalised discounted cumulative gain of the first k places.
  ///
  ///     DCG@k = Σ_{i ≤ k} relᵢ / log₂(i + 1),     NDCG@k = DCG@k / DCG@k of the best order
  ///
  /// The gain is the relevance itself, as in scikit-learn's `ndcg_score`; pass 2^grade − 1 as the relevance for the
  /// exponential gain. Each row of a tie gets the mean gain of the tie (McSherry & Najork 2008), also where the tie
  /// reaches beyond k.
  ///
  /// - Parameter k: the number of places, at least 1; nil for all. A request with fewer rows counts with those it has.
  /// - Returns: 0…1 for each request with a positive.
  /// - Complexity: O(n) for requests of bounded size.
  public func ndcg(at k: Int? = nil) -> PerRequestMetric {
    precondition(k ?? 1 >= 1, "ndcg(at: \(k ?? 0)); k is at least 1")
    let discounts = Discounts(places: min(k ?? .max, groups.largest))
    return perRequest(makeState: { IdealSorter(capacity: groups.largest) }) { sorter, request in
      min(1, discounts.gain(of: request) / sorter.idealGain(of: request, discounts))
    }
  }
}

/// The discount 1 / log₂(i + 1) of each place i up to the last that counts, and the sums of them.
private struct Discounts {
  /// The discount of each place.
  let each: [Double]
  /// The sum of the first n discounts, at index n.
  let sums: [Double]

  init(places: Int) {
    each = (0..<places).map { 1 / log2(Double($0 + 2)) }
    sums = each.reduce(into: [0]) { sums, discount in sums.append(sums[sums.count - 1] + discount) }
  }

  /// The discounted gain of a request in the order of its scores.
  func gain(of request: RankedRequest) -> Double {
    let places = min(each.count, request.count)
    var gain = 0.0
    var start = 0
    while start < places {
      let end = request.tieEnd(from: start)
      if end == start + 1 {
        gain += request.relevance[start] * each[start]
      } else {
        var tied = 0.0
        for place in start..<end { tied += request.relevance[place] }
        gain += tied / Double(end - start) * (sums[min(end, places)] - sums[start])
      }
      start = end
    }
    return gain
  }
}

/// The memory to sort one request's relevance in.
private struct IdealSorter: ~Copyable {
  private let keys: UnsafeMutableBufferPointer<UInt64>
  private var sorter = RadixSorter<UInt64>()

  init(capacity: Int) {
    keys = .allocate(capacity: capacity)
  }

  deinit {
    keys.deallocate()
  }

  /// The discounted gain of a request in the best order.
  mutating func idealGain(of request: RankedRequest, _ discounts: Discounts) -> Double {
    var highest = 0.0
    var lowest = Double.infinity
    for relevance in request.relevance where relevance > 0 {
      highest = max(highest, relevance)
      lowest = min(lowest, relevance)
    }
    if highest == lowest { return highest * discounts.sums[min(request.positives, discounts.each.count)] }

    // A number that is not negative sorts as its bits do.
    for index in 0..<request.count {
      keys.initializeElement(at: index, to: ~(request.relevance[index] + 0.0).bitPattern)
    }
    sorter.sort(UnsafeMutableBufferPointer(rebasing: keys[..<request.count]))
    var gain = 0.0
    for place in 0..<min(request.positives, discounts.each.count) {
      gain += Double(bitPattern: ~keys[place]) * discounts.each[place]
    }
    return gain
  }
}
