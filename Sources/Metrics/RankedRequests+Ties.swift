/// One request's rows by descending score, with its positives counted.
struct RankedRequest {
  let relevance: UnsafeBufferPointer<Double>
  let endsTie: UnsafeBufferPointer<UInt8>
  let positives: Int

  var count: Int { relevance.count }

  /// The end of the tie that begins at a place.
  @inline(__always) func tieEnd(from start: Int) -> Int {
    var last = start
    while endsTie[last] == 0 { last += 1 }
    return last + 1
  }

  /// How many rows of some places are positive.
  @inline(__always) func positives(in places: Range<Int>) -> Int {
    var positives = 0
    for place in places where relevance[place] > 0 { positives += 1 }
    return positives
  }

  /// Calls `body` with each tie and its number of positives, from the top, until it returns false.
  @inline(__always) func forEachTie(_ body: (_ places: Range<Int>, _ positives: Int) -> Bool) {
    var start = 0
    while start < count {
      let places = start..<tieEnd(from: start)
      guard body(places, positives(in: places)) else { return }
      start = places.upperBound
    }
  }

  /// The expected number of positives among the first k rows.
  func expectedHits(at k: Int) -> Double {
    var hits = 0.0
    forEachTie { places, positives in
      let taken = min(places.count, k - places.lowerBound)
      hits += Double(positives * taken) / Double(places.count)
      return places.upperBound < k
    }
    return hits
  }
}

extension RankedRequests {
  /// Works out a metric for each request with a positive; NaN marks the others.
  func perRequest<State: ~Copyable>(
    makeState: () -> State, _ value: (inout State, RankedRequest) -> Double
  ) -> PerRequestMetric {
    let values = [Double](unsafeUninitializedCapacity: groups.count) { values, initializedCount in
      let values = values
      relevance.withUnsafeBufferPointer { relevance in
        endsTie.withUnsafeBufferPointer { endsTie in
          Self.forEachRequest(groups, threads: threads, makeState: makeState) { state, request in
            let rows = groups[request]
            var positives = 0
            for row in rows where relevance[row] > 0 { positives += 1 }
            let ranked = RankedRequest(
              relevance: UnsafeBufferPointer(rebasing: relevance[rows]),
              endsTie: UnsafeBufferPointer(rebasing: endsTie[rows]), positives: positives)
            values[request] = positives > 0 ? value(&state, ranked) : .nan
          }
        }
      }
      initializedCount = groups.count
    }
    return PerRequestMetric(values: values)
  }

  /// Works out a metric that needs no memory for each request with a positive; NaN marks the others.
  func perRequest(_ value: (RankedRequest) -> Double) -> PerRequestMetric {
    perRequest(makeState: { () }, { _, request in value(request) })
  }
}
