internal import Events

/// Decides the side of each request.
struct SplitAssignment {
  let rule: SplitRuleName
  let seed: UInt64
  let requestCount: Int

  /// The first request of validation and of test in time order.
  static func timeBoundaries(requests: Int) -> (validation: Int, test: Int) {
    (requests * 8 / 10, requests * 9 / 10)
  }

  var boundaries: [Int]? {
    guard rule == .time else { return nil }
    let (validation, test) = Self.timeBoundaries(requests: requestCount)
    return [validation, test]
  }

  /// - Parameters:
  ///   - request: its number in time order, from 0.
  ///   - user: the hash of its user; only the split by user looks at it.
  func side(request: Int, user: Int64) -> SplitName {
    switch rule {
    case .none: return .train
    case .time:
      let (validation, test) = Self.timeBoundaries(requests: requestCount)
      return request < validation ? .train : request < test ? .validation : .test
    case .request: return drawn(UInt64(bitPattern: Int64(request)))
    case .user: return drawn(UInt64(bitPattern: user))
    }
  }

  private func drawn(_ unit: UInt64) -> SplitName {
    let tenth = withUnsafeBytes(of: unit.littleEndian) { stableHash($0, seed: seed) % 10 }
    return tenth < 8 ? .train : tenth == 8 ? .validation : .test
  }
}
