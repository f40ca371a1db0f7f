internal import Foundation

/// The values of a regularisation path: from a largest one down, each a fixed part of the one before.
public struct PenaltyGrid: Sendable, Equatable, Codable {
  /// How many values; at least 1.
  public var length: Int
  /// The smallest as a part of the largest; above 0 and below 1.
  public var ratio: Double
  /// l1/(l1 + l2), from 0 (ridge) to 1 (lasso).
  public var l1Ratio: Double

  /// A grid; what is left out is as for the lasso in glmnet, but for half its length.
  public init(length: Int = 50, ratio: Double = 1e-3, l1Ratio: Double = 1) {
    precondition(length >= 1, "a path of \(length) values")
    precondition(ratio > 0 && ratio < 1, "a path down to \(ratio) of its largest value")
    precondition((0...1).contains(l1Ratio), "an l1 ratio of \(l1Ratio)")
    self.length = length
    self.ratio = ratio
    self.l1Ratio = l1Ratio
  }

  /// The penalties, evenly apart in their logarithms.
  ///
  /// - Parameter slope: The largest gradient entry of the loss where all weights are zero. The path begins at l1 = slope,
  ///   where the first weight is about to leave zero; for an l1 ratio under 0.001, where l1 + l2 = 1000·slope, as in glmnet.
  public func penalties(slope: Double) -> [Penalty] {
    let largest = slope / max(l1Ratio, 1e-3)
    return (0..<length).map { k in
      let total = k == 0 ? largest : largest * pow(ratio, Double(k) / Double(length - 1))
      // The first l1 exactly: all weights are zero there, not all but one.
      let l1 = k == 0 && l1Ratio >= 1e-3 ? slope : total * l1Ratio
      return Penalty(l1: l1, l2: total * (1 - l1Ratio))
    }
  }
}
