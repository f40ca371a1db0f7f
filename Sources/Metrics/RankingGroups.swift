/// Which rows belong to which request: the rows of request g are `offsets[g]..<offsets[g + 1]`.
public struct RankingGroups: Equatable, Sendable {
  /// Where each request begins, and at the end the number of rows.
  public let offsets: [Int]

  /// The number of requests.
  public var count: Int { offsets.count - 1 }

  /// The number of rows of all requests.
  public var rows: Int { offsets[offsets.count - 1] }

  /// The number of rows of the largest request; 0 if there is no request.
  public let largest: Int

  /// Takes offsets as they are; a request may be empty. `[0]` is no request at all.
  ///
  /// - Throws: `MetricError.offsetsInvalid` unless the offsets start at 0 and never decrease.
  /// - Complexity: O(requests).
  public init(offsets: [Int]) throws(MetricError) {
    guard let first = offsets.first else { throw .offsetsInvalid(index: 0, value: 0) }
    guard first == 0 else { throw .offsetsInvalid(index: 0, value: first) }
    var largest = 0
    for index in offsets.indices.dropFirst() {
      guard offsets[index] >= offsets[index - 1] else {
        throw .offsetsInvalid(index: index, value: offsets[index])
      }
      largest = max(largest, offsets[index] - offsets[index - 1])
    }
    self.offsets = offsets
    self.largest = largest
  }

  /// Makes groups from the request of each row (`group.npy`), where the rows of a request stand together.
  ///
  /// - Throws: `MetricError.requestNotContiguous` for the first row whose request was left behind further up.
  /// - Complexity: O(n) expected.
  public init(requestOfEachRow requests: [some Hashable]) throws(MetricError) {
    var offsets = [0]
    var seen: Set = Set(requests.prefix(1))
    for row in requests.indices.dropFirst() where requests[row] != requests[row - 1] {
      guard seen.insert(requests[row]).inserted else { throw .requestNotContiguous(row: row) }
      offsets.append(row)
    }
    if !requests.isEmpty { offsets.append(requests.count) }
    try self.init(offsets: offsets)
  }

  /// The rows of one request.
  ///
  /// - Complexity: O(1).
  public subscript(request: Int) -> Range<Int> {
    offsets[request]..<offsets[request + 1]
  }

  /// The request of each row.
  ///
  /// - Complexity: O(n).
  func requestOfEachRow() -> [UInt32] {
    var requests = [UInt32](repeating: 0, count: rows)
    for request in 0..<count {
      for row in self[request] { requests[row] = UInt32(truncatingIfNeeded: request) }
    }
    return requests
  }
}
