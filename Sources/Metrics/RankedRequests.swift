/// The rows of each request in the order of their scores: sorted and checked once, for any number of ranking metrics.
///
/// Every metric is the mean over the requests with at least one positive row (a relevance above 0); the others are left
/// out and counted, the same ones for every metric. Rows of equal score have no order, so each metric takes the
/// expected value over all orders of them, in closed form: a constant score is worth what a random order is worth, and
/// neither the logged order nor the sort can leak into a result. 0 and −0 are one score.
///
/// McSherry & Najork, "Computing information retrieval performance measures efficiently in the presence of tied
/// scores", ECIR 2008.
public struct RankedRequests: Sendable {
  /// Which rows belong to which request.
  public let groups: RankingGroups
  /// The relevance of each row, request by request, by descending score.
  let relevance: [Double]
  /// For each place in `relevance`, the row that stands there.
  let rowAtPlace: [UInt32]
  /// For each place in `relevance`, 1 if the next row of its request has a lower score or there is none.
  let endsTie: [UInt8]
  let threads: Int

  /// Sorts the rows of each request by descending score.
  ///
  /// - Parameters:
  ///   - scores: any finite numbers; a higher one ranks higher. Only the order within a request matters.
  ///   - relevance: how good each row is, 0 or more; 0 and 1 for accepted or not.
  ///   - groups: which rows belong to which request.
  ///   - threads: how many threads to use, here and in the metrics; nil for one a core. Results are the same at any
  ///     number.
  /// - Throws: `MetricError` for a score that is not finite, a relevance that is negative or not finite, and arrays of
  ///   lengths other than the groups' number of rows.
  /// - Complexity: O(n) time for requests of bounded size; 13 bytes a row of memory.
  public init(
    scores: [Double], relevance: [Double], groups: RankingGroups, threads: Int? = nil
  ) throws(MetricError) {
    let threads = threadCount(threads)
    try checkCount("scores", scores.count, rows: groups.rows)
    try checkCount("relevance", relevance.count, rows: groups.rows)
    try checkScores(scores, threads: threads)
    try checkRelevance(relevance, threads: threads)
    self.init(checked: scores, groups: groups, threads: threads) { relevance[$0] }
  }

  /// Sorts the rows of each request by descending score, with labels for relevance.
  ///
  /// - Throws: as `init(scores:relevance:groups:threads:)`, and for a label other than 0 and 1.
  public init(scores: [Double], labels: [UInt8], groups: RankingGroups, threads: Int? = nil) throws(MetricError) {
    let threads = threadCount(threads)
    try checkCount("scores", scores.count, rows: groups.rows)
    try checkScores(scores, threads: threads)
    try checkLabels(labels, rows: groups.rows)
    self.init(checked: scores, groups: groups, threads: threads) { Double(labels[$0]) }
  }

  private init(checked scores: [Double], groups: RankingGroups, threads: Int, relevance: (Int) -> Double) {
    precondition(groups.largest <= Int(UInt32.max), "a request of \(groups.largest) rows can't be ordered")
    precondition(groups.rows <= Int(UInt32.max), "\(groups.rows) rows; at most \(UInt32.max) can be ordered")
    var endsTie = [UInt8](repeating: 0, count: groups.rows)
    var rowAtPlace = [UInt32](repeating: 0, count: groups.rows)
    self.relevance = [Double](unsafeUninitializedCapacity: groups.rows) { ranked, initializedCount in
      let ranked = ranked
      endsTie.withUnsafeMutableBufferPointer { endsTie in
        rowAtPlace.withUnsafeMutableBufferPointer { rowAtPlace in
          let endsTie = endsTie
          let rowAtPlace = rowAtPlace
          Self.forEachRequest(groups, threads: threads, makeState: { RankSorter(capacity: groups.largest) }) {
            sorter, request in
            let rows = groups[request]
            let records = sorter.sort(scores, rows)
            for index in 0..<rows.count {
              let isLast = index + 1 == rows.count || records[index + 1].key != records[index].key
              let row = rows.lowerBound + Int(records[index].row)
              rowAtPlace[rows.lowerBound + index] = UInt32(truncatingIfNeeded: row)
              ranked[rows.lowerBound + index] = relevance(row)
              endsTie[rows.lowerBound + index] = isLast ? 1 : 0
            }
          }
        }
      }
      initializedCount = groups.rows
    }
    self.endsTie = endsTie
    self.rowAtPlace = rowAtPlace
    self.groups = groups
    self.threads = threads
  }

  /// Calls `body` once for each request, on several threads.
  static func forEachRequest<State: ~Copyable>(
    _ groups: RankingGroups, threads: Int, makeState: () -> State, _ body: (inout State, Int) -> Void
  ) {
    let requestsPerTask = 2048
    let tasks = (groups.count + requestsPerTask - 1) / requestsPerTask
    forEachTask(tasks, threads: threads, makeState: makeState) { state, task in
      let first = task * requestsPerTask
      for request in first..<min(first + requestsPerTask, groups.count) { body(&state, request) }
    }
  }
}

/// The memory to sort the rows of one request in.
private struct RankSorter: ~Copyable {
  private let records: UnsafeMutableBufferPointer<KeyedRow>
  private var sorter = RadixSorter<KeyedRow>()

  init(capacity: Int) {
    records = .allocate(capacity: capacity)
  }

  deinit {
    records.deallocate()
  }

  /// The rows, counted from the request's first, by descending score.
  mutating func sort(_ scores: [Double], _ rows: Range<Int>) -> UnsafeMutableBufferPointer<KeyedRow> {
    for index in 0..<rows.count {
      let key = ~orderKey(scores[rows.lowerBound + index])
      records.initializeElement(at: index, to: KeyedRow(key: key, row: UInt32(truncatingIfNeeded: index)))
    }
    let sorted = UnsafeMutableBufferPointer(rebasing: records[..<rows.count])
    sorter.sort(sorted)
    return sorted
  }
}
