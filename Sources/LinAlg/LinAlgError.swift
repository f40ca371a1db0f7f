/// What can be wrong with the numbers of a matrix; wrong shapes are preconditions.
public enum LinAlgError: Error, Equatable, CustomStringConvertible {
  /// The leading minor of this order (counted from 1) is not positive: no Cholesky factor exists.
  case notPositiveDefinite(minor: Int)
  /// An element is NaN or infinite.
  case nonFinite

  /// What was found, in a sentence.
  public var description: String {
    switch self {
    case .notPositiveDefinite(let minor):
      "the matrix is not positive definite: its leading minor of order \(minor) is not above zero"
    case .nonFinite:
      "the matrix holds a NaN or an infinite element"
    }
  }
}
