/// The problem inside a proximal Newton step: a quadratic model of the smooth part, and the lasso's part as it is.
///
///     min over v:  gᵀ(v − w) + ½(v − w)ᵀ(B + l2·I₀)(v − w) + l1·‖v‖₁,   the intercept free
///
/// Solved over a working set of features that grows until no other feature would leave zero.
struct PenalizedQuadratic {
  /// B.
  let curvature: CurvatureModel
  let penalty: Penalty
  /// w, the intercept last.
  let point: [Double]
  /// g, of the loss and ridge's part at w.
  let gradient: [Double]

  /// The minimum v, to within `tolerance` in each entry of the subgradient.
  ///
  /// - Parameter candidates: The features to begin with, ascending; those with wⱼ ≠ 0 must be among them.
  /// - Complexity: O(k²) a sweep and O(k³) a direct step over k features; O(kd) to look at those outside.
  func minimum(candidates: [Int], tolerance: Double) -> [Double] {
    let intercept = point.count - 1
    var working = candidates
    var target = point
    while true {
      let places = working + [intercept]
      let descent = CoordinateDescent(self, places, from: target)
      descent.run(tolerance: tolerance)
      for (p, j) in places.enumerated() { target[j] = descent.values[p] }
      guard working.count < intercept else { return target }
      let outside = slopes(at: target)
      let inside = Set(working)
      let entering = (0..<intercept).filter { !inside.contains($0) && abs(outside[$0]) > penalty.l1 + tolerance }
      guard !entering.isEmpty else { return target }
      working = (working + entering).sorted()
    }
  }

  /// The gradient of the quadratic at v, for all features.
  private func slopes(at target: [Double]) -> [Double] {
    var slopes = gradient
    let order = point.count
    curvature.elements.withUnsafeBufferPointer { elements in
      slopes.withUnsafeMutableBufferPointer { slopes in
        for i in 0..<order where target[i] != point[i] {
          let change = target[i] - point[i]
          for j in 0..<order { slopes[j] += change * elements[i * order + j] }
          if i < order - 1 { slopes[i] += penalty.l2 * change }
        }
      }
    }
    return slopes
  }
}
