/// What happened between a user and a proposition, as the wire contract has it: one JSON object a line.
public struct Event: Equatable, Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    /// A slate was answered to a user; carries ``Event/slate`` in place of one proposition.
    case served
    case impression, click, accept, dismiss
  }

  /// The idempotency key: the same id twice is one event. See ``madeID``.
  public var id: String?
  public var kind: Kind
  public var userID: String
  /// Present on every kind but `served`.
  public var propositionID: String?
  public var timestamp: Timestamp
  /// Ties the event to one answer of /suggest: the ranking group.
  public var requestID: String?
  public var sessionID: String?
  public var device: String?
  public var context: String?
  public var contextType: String?
  /// The place on the slate, from 1.
  public var position: Int?
  public var slate: [SlateItem] = []
  public var experiment: String?
  public var variant: String?
  public var model: String?
  /// Fields that the contract does not know, as JSON text by name.
  public var attributes: [String: String] = [:]

  public init(kind: Kind, userID: String, propositionID: String? = nil, timestamp: Timestamp) {
    self.kind = kind
    self.userID = userID
    self.propositionID = propositionID
    self.timestamp = timestamp
  }
}

/// A proposition as it was shown in a slate.
public struct SlateItem: Equatable, Sendable {
  public var propositionID: String
  /// From 1.
  public var position: Int
  /// The log-odds, or whatever the ranker ordered by.
  public var score: Double?
  /// The probability with which the policy that answered put this proposition here.
  public var propensity: Double?
  /// The feature vector as it was scored, in the order of the model's features.
  public var features: [Float]?

  public init(
    propositionID: String, position: Int, score: Double? = nil, propensity: Double? = nil, features: [Float]? = nil
  ) {
    self.propositionID = propositionID
    self.position = position
    self.score = score
    self.propensity = propensity
    self.features = features
  }
}
