internal import LinAlg

/// A symmetric model B of the loss's Hessian, without the penalty: a Hessian once computed, and what steps since then have
/// shown of it (BFGS).
///
/// Nocedal & Wright, "Numerical Optimization", formula 6.19. The matrix is kept dense, as coordinate descent needs its rows.
struct CurvatureModel {
  /// d + 1, the intercept last.
  let order: Int
  /// Both triangles, row after row.
  private(set) var elements: [Double]

  /// A model that starts with a Hessian given by its lower triangle; nil where that is not finite.
  ///
  /// - Parameter error: How far the Hessian's elements are off, relative to the diagonal. So much is added to the diagonal,
  ///   which keeps the model convex.
  init?(_ hessian: Matrix<Double>, error: Double) {
    let order = hessian.rows
    var elements = hessian.elements
    var largest = 0.0
    for i in 0..<order {
      for j in 0...i {
        let element = elements[i * order + j]
        guard element.isFinite else { return nil }
        elements[j * order + i] = element
      }
      largest = max(largest, elements[i * order + i])
    }
    for i in 0..<order { elements[i * order + i] += error * (elements[i * order + i] + 1e-6 * largest) }
    self.order = order
    self.elements = elements
  }

  /// Makes the model agree with `change`, by which the loss's gradient changed along `step`.
  ///
  /// Left as it is where the change says nothing: not positive along the step, or of the size of rounding.
  ///
  /// - Complexity: O(d²).
  mutating func learn(step: [Double], change: [Double]) {
    let curvature = dot(step, change)
    guard curvature > 1e-10 * (dot(step, step) * dot(change, change)).squareRoot() else { return }
    var image = [Double](repeating: 0, count: order)
    for i in 0..<order where step[i] != 0 {
      for j in 0..<order { image[j] += step[i] * elements[i * order + j] }
    }
    let modelled = dot(step, image)
    guard modelled > 0, (1 / modelled).isFinite, (1 / curvature).isFinite else { return }
    elements.withUnsafeMutableBufferPointer { elements in
      image.withUnsafeBufferPointer { image in
        change.withUnsafeBufferPointer { change in
          for i in image.indices {
            let (a, b) = (image[i] / modelled, change[i] / curvature)
            for j in image.indices { elements[i * image.count + j] += b * change[j] - a * image[j] }
          }
        }
      }
    }
  }
}
