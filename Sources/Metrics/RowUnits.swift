/// What is taken to be independent: the requests, or the users with all their requests.
struct RowUnits: Sendable {
  private let groups: RankingGroups
  /// The unit of each request, from 0 on in the order in which they come; nil where each request is one.
  private let unitOfRequest: [UInt32]?
  /// The number of units.
  let count: Int

  /// - Parameter users: the user of each request; nil where requests are the units.
  /// - Precondition: there are as many users as requests.
  init(groups: RankingGroups, users: [Int64]? = nil) {
    self.groups = groups
    guard let users else {
      unitOfRequest = nil
      count = groups.count
      return
    }
    precondition(users.count == groups.count, "\(users.count) users for \(groups.count) requests")
    var numbers: [Int64: UInt32] = [:]
    unitOfRequest = users.map { user in
      let next = UInt32(truncatingIfNeeded: numbers.count)
      let number = numbers[user, default: next]
      if number == next { numbers[user] = next }
      return number
    }
    count = numbers.count
  }

  /// The unit of a request.
  @inline(__always) func of(request: Int) -> Int { unitOfRequest.map { Int($0[request]) } ?? request }

  /// The unit of each row.
  func ofEachRow() -> [UInt32] {
    var units = groups.requestOfEachRow()
    if let unitOfRequest { for row in units.indices { units[row] = unitOfRequest[Int(units[row])] } }
    return units
  }

  /// The sum over each unit's requests.
  func sums(ofRequests values: [Double]) -> [Double] {
    guard let unitOfRequest else { return values }
    var sums = [Double](repeating: 0, count: count)
    for (value, unit) in zip(values, unitOfRequest) { sums[Int(unit)] += value }
    return sums
  }
}
