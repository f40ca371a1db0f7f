public import Events

/// The side of a request that features see: who asks, when, and from where.
public struct FeatureRequest: Sendable {
  public var userID: String
  public var timestamp: Timestamp
  public var device: String?
  public var contextType: String?

  public init(userID: String, timestamp: Timestamp, device: String? = nil, contextType: String? = nil) {
    self.userID = userID
    self.timestamp = timestamp
    self.device = device
    self.contextType = contextType
  }

  /// The request that a `served` event answers.
  public init(served event: Event) {
    self.init(
      userID: event.userID, timestamp: event.timestamp, device: event.device, contextType: event.contextType)
  }
}

/// A proposition to compute features for.
public struct FeatureCandidate: Sendable {
  /// The index in the catalogue.
  public var proposition: Int
  /// From 1; nil takes the value that the feature set gives for serving.
  public var position: Int?

  public init(proposition: Int, position: Int? = nil) {
    self.proposition = proposition
    self.position = position
  }
}
