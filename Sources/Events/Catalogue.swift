internal import JSON

/// The propositions that can be shown, in the order of their file.
public struct Catalogue: Sendable {
  public let propositions: [Proposition]
  private let indices: [String: Int]

  /// - Throws: ``CatalogueError`` when an id stands there twice.
  public init(_ propositions: [Proposition]) throws(CatalogueError) {
    self.propositions = propositions
    var indices: [String: Int] = [:]
    for (index, proposition) in propositions.enumerated() {
      guard indices.updateValue(index, forKey: proposition.id) == nil else {
        throw CatalogueError.duplicate(id: proposition.id)
      }
    }
    self.indices = indices
  }

  /// Reads JSON Lines, one proposition a line; `.gz` is decompressed.
  ///
  /// - Throws: ``LineError`` that names file and line, also of an id that stands there twice; ``CatalogueError`` when
  ///   there is none; or `FileError`.
  public init(path: String) throws {
    var propositions: [Proposition] = []
    var lines: [String: Int] = [:]
    try forEachJSONLine(of: path) { json, line in
      let proposition = try Proposition(json: json)
      if let first = lines.updateValue(line, forKey: proposition.id) {
        throw JSONError(path: "id", reason: "\"\(proposition.id)\" stands in line \(first) already; keep one")
      }
      propositions.append(proposition)
    }
    guard !propositions.isEmpty else { throw CatalogueError.empty(path: path) }
    try self.init(propositions)
  }

  public func index(of id: String) -> Int? { indices[id] }

  public subscript(id: String) -> Proposition? { indices[id].map { propositions[$0] } }
}

public enum CatalogueError: Error, Equatable, CustomStringConvertible {
  case duplicate(id: String)
  case empty(path: String)

  public var description: String {
    switch self {
    case .duplicate(let id): "the catalogue holds the proposition \"\(id)\" twice; keep one"
    case .empty(let path): "\(path): holds no proposition; expected JSON Lines with at least an \"id\" each"
    }
  }
}
