internal import Foundation
internal import RankingMetrics

extension SplitMix64 {
  /// Uniform in [0, 1).
  mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Standard normal, by Box and Muller.
  mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }

  /// An index drawn with probability proportional to the increments of the running totals.
  mutating func index(cumulative totals: [Double]) -> Int {
    let target = uniform() * totals[totals.count - 1]
    var (low, high) = (0, totals.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if totals[middle] > target { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
