/// What one user did, added up: all that the analysis keeps of the log.
public struct UserSums: Equatable, Sendable {
  /// Answers of the server.
  public var requests = 0.0
  /// Propositions in these answers.
  public var served = 0.0
  /// Of these, the propositions that the client reported as seen, clicked, accepted and dismissed: each counts once.
  public var impressions = 0.0
  public var clicks = 0.0
  public var accepts = 0.0
  public var dismissals = 0.0
  /// Answers that something other than the variant's model gave.
  public var fallbacks = 0.0
  /// Milliseconds, over the answers whose latency is known.
  public var latency = 0.0
  public var timedRequests = 0.0

  public init() {}

  public static func += (sum: inout UserSums, other: UserSums) {
    sum.requests += other.requests
    sum.served += other.served
    sum.impressions += other.impressions
    sum.clicks += other.clicks
    sum.accepts += other.accepts
    sum.dismissals += other.dismissals
    sum.fallbacks += other.fallbacks
    sum.latency += other.latency
    sum.timedRequests += other.timedRequests
  }
}

/// What variants are compared by: a ratio of two sums over users.
public enum ExperimentMetric: String, CaseIterable, Sendable {
  /// Clicks per proposition served.
  case ctr
  /// Accepts per proposition served.
  case acceptanceRate = "acceptance_rate"
  /// Dismissals per proposition served.
  case dismissalRate = "dismissal_rate"
  /// Clicks per proposition that the client reported as seen.
  case impressionCTR = "impression_ctr"
  case clicksPerUser = "clicks_per_user"
  case acceptsPerUser = "accepts_per_user"
  case requestsPerUser = "requests_per_user"
  /// The share of the requests that something other than the variant's model answered.
  case fallbackRate = "fallback_rate"
  /// The mean over the requests.
  case latency = "latency_ms"

  public var lowerIsBetter: Bool {
    switch self {
    case .dismissalRate, .fallbackRate, .latency: true
    default: false
    }
  }

  /// 1 where more is better, else −1.
  var sign: Double { lowerIsBetter ? -1 : 1 }

  public func numerator(_ sums: UserSums) -> Double {
    switch self {
    case .ctr, .impressionCTR, .clicksPerUser: sums.clicks
    case .acceptanceRate, .acceptsPerUser: sums.accepts
    case .dismissalRate: sums.dismissals
    case .requestsPerUser: sums.requests
    case .fallbackRate: sums.fallbacks
    case .latency: sums.latency
    }
  }

  public func denominator(_ sums: UserSums) -> Double {
    switch self {
    case .ctr, .acceptanceRate, .dismissalRate: sums.served
    case .impressionCTR: sums.impressions
    case .clicksPerUser, .acceptsPerUser, .requestsPerUser: 1
    case .fallbackRate: sums.requests
    case .latency: sums.timedRequests
    }
  }
}
