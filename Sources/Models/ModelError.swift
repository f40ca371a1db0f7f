/// A model that cannot be read, or a registry that does not hold what was asked for.
public enum ModelError: Error, Equatable, CustomStringConvertible {
  /// A file of an artifact, and what is wrong with it.
  case damaged(path: String, reason: String)
  /// Nothing there: what was looked for, and what to do.
  case missing(String)
  /// A model and a matrix or feature set that do not fit together.
  case mismatch(String)

  public var description: String {
    switch self {
    case .damaged(let path, let reason): "\(path): \(reason)"
    case .missing(let reason), .mismatch(let reason): reason
    }
  }
}
