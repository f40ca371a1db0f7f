public import Events

/// How a log becomes rows.
public struct ReplayOptions: Sendable {
  /// What makes a row positive.
  public var positive: [Event.Kind] = [.click, .accept]
  /// How long after a request an event still counts for it, in microseconds.
  public var attribution: Int64 = Timestamp.hour
  /// How far behind the newest event one may come and still be put in its place, in microseconds.
  public var lateness: Int64 = Timestamp.hour
  public var split: SplitRuleName = .time
  public var seed: UInt64 = 0
  /// Whether a record that is not an event, or names a proposition that the catalogue does not hold, is skipped and
  /// counted in place of ending the build.
  public var skipsBadRecords = false
  public var skipsUnknownPropositions = false

  public init() {}
}

/// What a replay read, joined and left out.
public struct ReplaySummary: Codable, Equatable, Sendable {
  public var events = 0
  /// By kind.
  public var byKind: [String: Int] = [:]
  public var requests = 0
  public var rows = 0
  public var positives = 0
  /// Records that are not events.
  public var badRecords = 0
  /// The same `event_id` again.
  public var duplicates = 0
  /// Older than the newest event by more than the lateness.
  public var late = 0
  /// Events and shown propositions that the catalogue does not hold.
  public var unknownPropositions = 0
  /// `served` without a `request_id`, or with one whose attribution window is still open.
  public var servedWithoutOwnRequest = 0
  /// Positive events that belong to no request within the attribution window.
  public var unattributed = 0

  enum CodingKeys: String, CodingKey {
    case events, requests, rows, positives, duplicates, late, unattributed
    case byKind = "by_kind"
    case badRecords = "bad_records"
    case unknownPropositions = "unknown_propositions"
    case servedWithoutOwnRequest = "served_without_own_request"
  }
}
