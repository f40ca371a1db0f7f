internal import Events
internal import Experiments
internal import Foundation

/// What a log held, and what of it did not count.
public struct ExposureCounts: Equatable, Sendable {
  public var events = 0
  /// Users who were served in the experiment.
  public var users = 0
  /// Of these, users served by more than one variant: they count in none.
  public var inSeveral = 0
  /// Users whose first variant is not the one that the file assigns to them.
  public var misassigned = 0
  /// The experiment's requests before its start or from its end on.
  public var outsidePeriod = 0
  /// Requests in the period that name no experiment, or another.
  public var otherRequests = 0
  /// `served` events with the id of a request that is still open.
  public var duplicates = 0
  /// Responses, and the experiment's `served` events, without a `request_id`.
  public var withoutRequestID = 0
  /// Responses to no request of the experiment, too late for theirs, or to a proposition that was not on its slate.
  public var unattributed = 0

  public init() {}
}

/// What one variant answered, over all its requests.
public struct VariantTraffic: Equatable, Sendable {
  public var requests = 0
  /// Requests by the rung of the ladder, or by model where the log has no rung.
  public var servedBy: [String: Int] = [:]
  public var latency = LatencyDigest()

  public init() {}
}

/// The moments at the end of a day.
struct DailyLook {
  /// Days since 1970, in UTC.
  let day: Int64
  /// By metric and variant, of everything up to now.
  var moments: [[UserMoments]]
  /// By variant, of this day alone, for the metric that decides.
  var ofDay: [UserMoments]
}

extension Timestamp {
  static func microseconds(_ date: Date) -> Int64 { Int64((date.timeIntervalSince1970 * 1e6).rounded()) }
}
