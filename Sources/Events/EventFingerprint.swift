/// 128 bits that stand for an event id where many are remembered: two different ids practically never share them.
public struct EventFingerprint: Hashable, Sendable {
  private let high: UInt64
  private let low: UInt64

  public init(_ id: String) {
    high = stableHash(id.utf8, seed: 1)
    low = stableHash(id.utf8, seed: 2)
  }
}
