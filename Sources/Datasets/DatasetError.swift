/// A dataset, or the input of one, that is not what it should be.
public enum DatasetError: Error, Equatable, CustomStringConvertible {
  /// A file, and what is wrong with it.
  case file(String, String)
  /// Input that does not give a dataset, and what to do about it.
  case input(String)

  public var description: String {
    switch self {
    case .file(let path, let reason): "\(path): \(reason)"
    case .input(let reason): reason
    }
  }
}
