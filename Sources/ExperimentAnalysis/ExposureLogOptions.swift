internal import Events
public import Experiments

/// How a log is read for an experiment. Times are in microseconds since 1970, spans in microseconds.
public struct ExposureLogOptions: Sendable {
  /// Requests from here on count; nil is the file's start, or else the experiment's first request.
  public var from: Int64?
  /// Requests from here on do not count; nil is the file's end.
  public var to: Int64?
  /// How long after a request an event still counts for it.
  public var attribution: Int64 = Timestamp.hour
  /// How far behind the newest event one may come.
  public var lateness: Int64 = Timestamp.hour
  /// How long before the start what users did corrects their noise (CUPED); 0 leaves it out.
  public var prePeriod: Int64 = 28 * Timestamp.day
  /// What is compared, the first decides; nil is the file's.
  public var metrics: [ExperimentPlan.Metric]?

  public init() {}
}

/// A log that an experiment cannot be analysed from.
public struct ExposureLogError: Error, Equatable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
