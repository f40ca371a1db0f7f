internal import Foundation

extension Objective {
  /// The loss alone.
  var withoutPenalty: Objective {
    var loss = self
    loss.l2 = 0
    return loss
  }

  /// The best intercept where all weights are zero: the logarithm of the odds; 0 where it is not free.
  ///
  /// - Throws: What adding up over processes throws.
  func bestIntercept() throws -> Double {
    guard fitsIntercept else { return 0 }
    let sums = try data.weightSums()
    return log(classWeights.1 * sums.weights[1] / (classWeights.0 * sums.weights[0]))
  }
}
