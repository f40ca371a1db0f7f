/// A function of a linear model's scores, as `NewtonCGSolver` minimises it:
///
///     f(p) = Σᵢ lossᵢ(zᵢ) + ½·Σⱼ penaltyⱼ·pⱼ²,   z = A·p
///     ∇f   = Aᵀr + penalty∘p,                     rᵢ = lossᵢ′(zᵢ)
///     ∇²f  = Aᵀ·diag(h)·A + diag(penalty),        hᵢ = lossᵢ″(zᵢ) ≥ 0
///
/// Whoever can multiply by A and Aᵀ can be fitted: what A is made of (sparse rows, scaled features, an intercept's
/// column of ones, differences of rows) is nobody else's business. All results are the same bytes at any number of
/// threads.
protocol ScoredObjective {
  /// The number of parameters.
  var order: Int { get }
  /// penaltyⱼ, `order` numbers of 0 or more.
  var penalty: [Double] { get }
  /// What the largest gradient entry is divided by to see whether a fit has converged: Σ cᵢ.
  var totalWeight: Double { get }
  /// On how many threads to work.
  var threads: Int { get }

  /// z = A·p.
  func scores(of point: [Double]) throws -> [Double]
  /// Σ lossᵢ with its derivatives at z + size·step.
  func loss(at scores: [Double], plus size: Double, times step: [Double]?) throws -> ScoredLoss
  /// Aᵀr, without the penalty.
  func gradient(of residuals: [Double]) throws -> [Double]
  /// The diagonal of Aᵀ·diag(h)·A, without the penalty.
  func diagonal(of curvatures: [Double]) throws -> [Double]
  /// Writes ∇²f·p to `product` and returns p·∇²f·p; good to about seven digits.
  func multiplyHessian(
    _ curvatures: [Double], by direction: UnsafeBufferPointer<Double>, into product: UnsafeMutableBufferPointer<Double>
  ) throws -> Double
}

/// Σ lossᵢ at some scores, with what comes of each row.
struct ScoredLoss {
  var loss: Double
  /// The scores themselves.
  var scores: [Double]
  /// rᵢ.
  var residuals: [Double]
  /// hᵢ.
  var curvatures: [Double]
}
