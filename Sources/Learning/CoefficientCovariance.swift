public import LinAlg

/// The covariance of fitted coefficients, and the standard errors that come of it.
///
/// With H the Hessian of the objective at the coefficients ŵ, b̂ (`LogisticRegression.covariance` makes it):
///
///     hessian:  V = H⁻¹,                      H = (X̃ 1)ᵀ·diag(h)·(X̃ 1) + l2·I₀
///     request:  V = k·H⁻¹·(Σ_g s_g·s_gᵀ)·H⁻¹,   s_g = Σ_{i in g} rᵢ·(x̃ᵢ, 1),   k = G/(G − 1)·(n − 1)/(n − d − 1)
///     user:     the same, g running over users instead of requests
///
/// where h and r are the curvatures and residuals of the rows, times their weights, I₀ is the identity but 0 for the
/// intercept, and g runs over G requests or users with n rows in all; rows of weight 0, and requests and users of such rows, don't count.
///
/// `hessian` takes rows for independent and weights for repetitions: a row of weight 2 is that row twice. `request`
/// (Liang & Zeger, "Longitudinal data analysis using generalized linear models", 1986; Cameron & Miller, "A
/// practitioner's guide to cluster-robust inference", 2015) lets the rows of a request depend on each other in any way,
/// holds where the model is wrong, and doesn't change when all weights double. It wants some fifty requests or more.
/// With requests of one row each it is White's covariance, robust to a wrong model only. `user` lets all rows of a user
/// depend on each other, also from request to request: the wider and safer choice where users come back, and it wants
/// some fifty users or more, none of whom has a large share of the rows.
///
/// With l2 = 0 these are statsmodels' `Logit.fit(cov_type="nonrobust")` and `"cluster"`, k being its default. With
/// l2 > 0 coefficients are pulled towards 0 on purpose, and the errors are of what is estimated, the penalised optimum:
/// its distance to the true coefficients is not in them. `hessian` then is the covariance of the posterior under the
/// prior w ~ N(0, 1/l2) in Laplace's approximation; it is never above 1/√l2, which is what a constant feature gets. In
/// `request` and `user` the penalty is in H alone, the same in each sample, so that such a feature gets 0.
///
/// Class weights count as given, though the balanced ones are of the same labels.
public struct CoefficientCovariance: Sendable, Equatable {
  /// What a covariance takes for granted.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// Rows are independent and the model is right: the inverse of the Hessian.
    case hessian
    /// Requests are independent: the sandwich over requests.
    case request
    /// Users are independent: the sandwich over users.
    case user
  }

  /// What is taken for granted.
  public let kind: Kind
  /// V, (d + 1)×(d + 1): the weights of the scaled features in the order of the columns, the intercept last.
  public let matrix: Matrix<Double>
  /// The weights of the scaled features with their standard errors, in the order of the columns.
  public let weights: [CoefficientEstimate]
  /// The intercept (the log-odds at the means) with its standard error.
  public let intercept: CoefficientEstimate

  /// - Parameter floors: Variances at or under these are the rounding of 0.
  init(
    _ kind: Kind, of coefficients: Coefficients, _ matrix: Matrix<Double>, floors: [Double]
  ) throws(LearningError) {
    var estimates: [CoefficientEstimate] = []
    for (i, value) in (coefficients.weights + [coefficients.intercept]).enumerated() {
      guard value.isFinite, matrix[i, i].isFinite else { throw .overflow("the covariance of the coefficients") }
      let error = matrix[i, i] <= floors[i] ? 0 : matrix[i, i].squareRoot()
      estimates.append(CoefficientEstimate(value: value, standardError: error))
    }
    self.kind = kind
    self.matrix = matrix
    intercept = estimates.removeLast()
    weights = estimates
  }
}
