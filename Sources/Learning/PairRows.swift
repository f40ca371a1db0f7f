/// The pairs of a positive and a negative row of the same request, as rows of differences xᵢ − xⱼ made on the fly.
///
/// Pairs go request by request and, within one, by positive row, then by negative row. A request without both labels has
/// none. Rows of weight 0 are in no pair.
///
/// Memory: 12 bytes a request with pairs, and in a reader a few MiB of differences.
struct PairRows: RowSource, @unchecked Sendable {
  // Sendable without a lock: the memory is only ever read through this type.

  /// The rows that pairs are made of.
  let source: any RowSource
  let labels: UnsafeBufferPointer<UInt8>
  let weights: UnsafeBufferPointer<Float>?
  /// Where requests with pairs begin in the rows, and where they end.
  private(set) var requests: [Range<Int>] = []
  /// How many pairs come before each of these requests, and after the last one how many there are.
  private(set) var pairOffsets = [0]
  /// Requests without a positive or without a negative row.
  private(set) var skippedRequests = 0

  var rows: Int { pairOffsets[requests.count] }
  var columns: Int { source.columns }

  /// The pairs of `data` within the requests that begin at `offsets`.
  ///
  /// - Complexity: O(n).
  init(_ data: TrainingData, offsets: [Int]) {
    source = data.features
    labels = data.labels
    weights = data.weights
    for (start, end) in zip(offsets, offsets.dropFirst()) {
      var counts = [0, 0]
      for row in start..<end where weight(of: row) > 0 { counts[Int(labels[row])] += 1 }
      guard counts[0] > 0, counts[1] > 0 else {
        skippedRequests += 1
        continue
      }
      requests.append(start..<end)
      pairOffsets.append(pairOffsets[pairOffsets.count - 1] + counts[0] * counts[1])
    }
  }

  private func weight(of row: Int) -> Float { weights?[row] ?? 1 }

  func makeReader() -> any RowReader { PairReader(self) }

  /// Which request pair `pair` is of.
  func request(of pair: Int) -> Int {
    var (low, high) = (0, requests.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if pairOffsets[middle] <= pair { low = middle } else { high = middle }
    }
    return low
  }

  /// The rows of request `request` with label `label` that are in pairs.
  func rows(of request: Int, label: UInt8) -> [Int] {
    requests[request].filter { labels[$0] == label && weight(of: $0) > 0 }
  }

  /// The weight of each pair: that of its positive row times that of its negative row, 1 without weights; where requests
  /// count alike, divided by the sum over the request's pairs. Nil where all are 1.
  func pairWeights(equalRequests: Bool) -> [Float]? {
    guard equalRequests || weights != nil else { return nil }
    var result: [Float] = []
    result.reserveCapacity(rows)
    for request in requests.indices {
      let negatives = rows(of: request, label: 0)
      let products = rows(of: request, label: 1).flatMap { positive in
        negatives.map { Double(weight(of: positive)) * Double(weight(of: $0)) }
      }
      let divisor = equalRequests ? products.reduce(0, +) : 1
      result += products.map { Float($0 / divisor) }
    }
    return result
  }
}

/// The window of differences of one thread.
private final class PairReader: RowReader {
  private let pairs: PairRows
  private let reader: any RowReader
  private var window: UnsafeMutablePointer<Float>?
  private var capacity = 0

  init(_ pairs: PairRows) {
    self.pairs = pairs
    reader = pairs.source.makeReader()
  }

  deinit { window?.deallocate() }

  var rowStride: Int { pairs.columns }

  func read(_ range: Range<Int>) throws -> UnsafePointer<Float> {
    let columns = pairs.columns
    let window = reserve(max(1, range.count * columns))
    var request = pairs.request(of: range.lowerBound)
    while pairs.pairOffsets[request] < range.upperBound {
      let all = pairs.requests[request]
      let x = try reader.read(all)
      let (positives, negatives) = (pairs.rows(of: request, label: 1), pairs.rows(of: request, label: 0))
      let first = pairs.pairOffsets[request]
      for pair in range.clamped(to: first..<pairs.pairOffsets[request + 1]) {
        let (p, q) = (pair - first).quotientAndRemainder(dividingBy: negatives.count)
        let positive = x + (positives[p] - all.lowerBound) * reader.rowStride
        let negative = x + (negatives[q] - all.lowerBound) * reader.rowStride
        let to = window + (pair - range.lowerBound) * columns
        for j in 0..<columns { to[j] = positive[j] - negative[j] }
      }
      request += 1
      if request == pairs.requests.count { break }
    }
    return UnsafePointer(window)
  }

  private func reserve(_ count: Int) -> UnsafeMutablePointer<Float> {
    if let window, capacity >= count { return window }
    window?.deallocate()
    let larger = UnsafeMutablePointer<Float>.allocate(capacity: count)
    (window, capacity) = (larger, count)
    return larger
  }
}
