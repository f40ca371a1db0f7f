/// A run that cannot be read or found, or a tracking server that did not take it.
public enum TrackingError: Error, Equatable, CustomStringConvertible {
  /// A file or folder of runs, and what is wrong with it.
  case run(path: String, reason: String)
  /// A tracking server: what was asked of it, and what came of it.
  case server(String)

  public var description: String {
    switch self {
    case .run(let path, let reason): "\(path): \(reason)"
    case .server(let reason): reason
    }
  }
}
