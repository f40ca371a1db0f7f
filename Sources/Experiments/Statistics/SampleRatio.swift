/// Whether the users of the variants came in the shares that they should: Pearson's χ² goodness of fit.
///
/// A mismatch says that users were lost or counted twice on one side, and then no comparison holds.
public struct SampleRatio: Equatable, Sendable {
  public static let alarmLevel = 0.001

  public let expected: [Double]
  public let statistic: Double
  public let pValue: Double

  public var isMismatch: Bool { pValue < Self.alarmLevel }

  /// - Parameter shares: by variant, adding up to 1; a variant without a share is left out, unless it has users: then
  ///   the p-value is 0.
  public init(users: [Int], shares: [Double]) {
    precondition(users.count == shares.count, "\(users.count) counts and \(shares.count) shares")
    let total = Double(users.reduce(0, +))
    let expected = shares.map { $0 * total }
    self.expected = expected
    let present = shares.indices.filter { shares[$0] > 0 }
    let isImpossible = users.indices.contains { shares[$0] <= 0 && users[$0] > 0 }
    guard !isImpossible, total > 0, present.count > 1 else {
      statistic = isImpossible ? .infinity : 0
      pValue = isImpossible ? 0 : 1
      return
    }
    statistic = present.reduce(0) { sum, index in
      let distance = Double(users[index]) - expected[index]
      return sum + distance * distance / expected[index]
    }
    pValue = chiSquareTail(statistic, degrees: present.count - 1)
  }
}
