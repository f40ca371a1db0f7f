internal import Foundation
internal import LinAlg

/// The logistic losses of rows whose scores are known: cᵢ·log(1 + exp(−ỹᵢzᵢ)), cᵢ the sample weight times the class
/// weight; stable at any finite score (see `Objective`).
struct LogisticLosses {
  let labels: UnsafeBufferPointer<UInt8>
  let weights: UnsafeBufferPointer<Float>?
  /// What a row of label 0 and of label 1 is multiplied with.
  let classWeights: (Double, Double)
  let threads: Int

  /// The losses at scores + size·step; the same bytes at any number of threads.
  ///
  /// - Complexity: O(n).
  func callAsFunction(at scores: [Double], plus size: Double, times step: [Double]?) -> ScoredLoss {
    let count = labels.count
    var result = ScoredLoss(
      loss: 0, scores: scores, residuals: [Double](repeating: 0, count: count),
      curvatures: [Double](repeating: 0, count: count))
    let chunks = RowChunks(rows: count, blockRows: 64, atMost: 128)
    let parts = result.scores.withUnsafeMutableBufferPointer { z in
      result.residuals.withUnsafeMutableBufferPointer { residuals in
        result.curvatures.withUnsafeMutableBufferPointer { curvatures in
          nonisolated(unsafe) let (z, residuals, curvatures) = (z, residuals, curvatures)
          return Parallel.map(chunks.count, threads: threads) { chunk in
            if let step {
              for row in chunks[chunk] { z[row] += size * step[row] }
            }
            return sum(chunks[chunk], z, residuals, curvatures)
          }
        }
      }
    }
    result.loss = parts.reduce(0, +)
    return result
  }

  private func sum(
    _ range: Range<Int>, _ scores: UnsafeMutableBufferPointer<Double>, _ residuals: UnsafeMutableBufferPointer<Double>,
    _ curvatures: UnsafeMutableBufferPointer<Double>
  ) -> Double {
    var sum = 0.0
    for row in range {
      let isPositive = labels[row] == 1
      let margin = isPositive ? scores[row] : -scores[row]
      let e = exp(-abs(margin))
      let inverse = 1 / (1 + e)
      let weight = (isPositive ? classWeights.1 : classWeights.0) * Double(weights?[row] ?? 1)
      let tail = weight * (margin < 0 ? inverse : e * inverse)
      sum += weight * (log1p(e) + max(-margin, 0))
      residuals[row] = isPositive ? -tail : tail
      curvatures[row] = weight * (e * inverse * inverse)
    }
    return sum
  }
}
