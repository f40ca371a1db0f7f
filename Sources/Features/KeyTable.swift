internal import Events

/// The numbers that stand for users, devices and the like, so that an aggregate's key is one 64-bit word.
struct KeyTable: Sendable {
  /// One number a dimension; nil where the event or request does not have it, or it was never seen.
  typealias Keys = InlineArray<5, Int32>
  static let absent: Int32 = -1

  private var users: [String: Int32] = [:]
  private var devices: [String: Int32] = [:]
  private var contextTypes: [String: Int32] = [:]
  private var categoryOfProposition: [Int32] = []
  let categoryCount: Int

  init(catalogue: Catalogue) {
    var categories: [String: Int32] = [:]
    categoryOfProposition = catalogue.propositions.map { proposition in
      guard let category = proposition.category else { return Self.absent }
      return Self.intern(category, in: &categories)
    }
    categoryCount = categories.count
  }

  mutating func interned(_ event: Event, proposition: Int) -> Keys {
    var keys = Keys(repeating: Self.absent)
    keys[.user] = Self.intern(event.userID, in: &users)
    if let device = event.device { keys[.device] = Self.intern(device, in: &devices) }
    if let type = event.contextType { keys[.contextType] = Self.intern(type, in: &contextTypes) }
    set(proposition: proposition, of: &keys)
    return keys
  }

  /// The keys of a request with each of its candidates; asking makes nothing new.
  func keys(of request: FeatureRequest, candidates: [FeatureCandidate]) -> [Keys] {
    var keys = Keys(repeating: Self.absent)
    keys[.user] = users[request.userID] ?? Self.absent
    if let device = request.device { keys[.device] = devices[device] ?? Self.absent }
    if let type = request.contextType { keys[.contextType] = contextTypes[type] ?? Self.absent }
    return candidates.map { candidate in
      set(proposition: candidate.proposition, of: &keys)
      return keys
    }
  }

  private func set(proposition: Int, of keys: inout Keys) {
    keys[.proposition] = Int32(proposition)
    keys[.category] = categoryOfProposition[proposition]
  }

  private static func intern(_ text: String, in table: inout [String: Int32]) -> Int32 {
    if let known = table[text] { return known }
    let next = Int32(table.count)
    table[text] = next
    return next
  }
}

extension KeyTable.Keys {
  subscript(dimension: Feature.Dimension) -> Int32 {
    get { self[dimension.slot] }
    set { self[dimension.slot] = newValue }
  }

  /// The key of an aggregate by these dimensions; nil where one of them is absent.
  func combined(_ dimensions: [Feature.Dimension]) -> UInt64? {
    var key: UInt64 = 0
    for dimension in dimensions {
      let part = self[dimension]
      guard part != KeyTable.absent else { return nil }
      key = key << 32 | UInt64(UInt32(bitPattern: part))
    }
    return key
  }
}

extension Feature.Dimension {
  fileprivate var slot: Int {
    switch self {
    case .user: 0
    case .proposition: 1
    case .category: 2
    case .contextType: 3
    case .device: 4
    }
  }
}
