internal import Foundation

/// Quantiles of times in a few hundred counters, each correct to 0.5 % of itself.
///
/// Counters are logarithmic: counter k holds (γᵏ⁻¹, γᵏ] with γ = 1.005 / 0.995. Masson, Rim & Lee, "DDSketch", VLDB 2019.
public struct LatencyDigest: Equatable, Sendable {
  private static let accuracy = 0.005
  private static let logBase = log((1 + accuracy) / (1 - accuracy))
  /// What is shorter counts as this, in milliseconds.
  private static let least = 1e-3
  private static let mostCounters = 3000

  private var counts: [Int] = []
  public private(set) var count = 0

  public init() {}

  /// - Parameter milliseconds: 0 or more; above some 1e10 it counts as that.
  public mutating func add(_ milliseconds: Double) {
    let place = (log(max(milliseconds, Self.least) / Self.least) / Self.logBase).rounded(.up)
    let index = Int(min(place, Double(Self.mostCounters - 1)))
    if index >= counts.count { counts.append(contentsOf: repeatElement(0, count: index + 1 - counts.count)) }
    counts[index] += 1
    count += 1
  }

  /// The smallest time that a share `p` of all do not exceed; nil without any.
  public func quantile(_ p: Double) -> Double? {
    guard count > 0 else { return nil }
    let rank = max(1, Int((p * Double(count)).rounded(.up)))
    var below = 0
    for (index, held) in counts.enumerated() {
      below += held
      if below >= rank { return Self.least * exp((Double(index) - 0.5) * Self.logBase) * correction }
    }
    return nil
  }

  /// From the geometric middle of a counter to the point that is equally far, relatively, from both its ends.
  private var correction: Double { 2 * exp(Self.logBase / 2) / (1 + exp(Self.logBase)) }
}
