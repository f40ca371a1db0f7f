public import Foundation
internal import YAML

/// What the analysis of an experiment asks: when it runs and what decides. The assignment does not depend on it.
public struct ExperimentPlan: Equatable, Sendable {
  /// Requests from this time on count; what users did before corrects their noise.
  public var start: Date?
  /// Requests from this time on do not count.
  public var end: Date?
  /// The variant that the others are compared with; nil is the first.
  public var control: String?
  /// The first one decides.
  public var metrics: [Metric]
  public var guardrails: [Guardrail]

  public struct Metric: Equatable, Sendable {
    public static let defaultTarget = 0.05

    public var metric: ExperimentMetric
    /// The relative change that the experiment is to find.
    public var target: Double

    public init(_ metric: ExperimentMetric, target: Double = Self.defaultTarget) {
      self.metric = metric
      self.target = target
    }
  }

  /// A metric that may not get worse by more than `maxHarm`.
  public struct Guardrail: Equatable, Sendable {
    public enum Scale: String, CaseIterable, Sendable {
      /// As a share of the control's value.
      case relative
      /// In the metric's own units.
      case absolute
    }

    public var metric: ExperimentMetric
    public var maxHarm: Double
    public var scale: Scale

    public init(_ metric: ExperimentMetric, maxHarm: Double, scale: Scale = .relative) {
      self.metric = metric
      self.maxHarm = maxHarm
      self.scale = scale
    }
  }

  public init(
    start: Date? = nil, end: Date? = nil, control: String? = nil, metrics: [Metric] = [Metric(.ctr)],
    guardrails: [Guardrail] = []
  ) {
    self.start = start
    self.end = end
    self.control = control
    self.metrics = metrics
    self.guardrails = guardrails
  }

  public enum State: String, Sendable { case planned, running, ended }

  /// Running without a start, and for ever without an end.
  public func state(at now: Date) -> State {
    if let start, now < start { return .planned }
    if let end, now >= end { return .ended }
    return .running
  }
}

extension ExperimentPlan {
  static let fields = ["start", "end", "control", "metrics", "guardrails"]

  init(_ root: YAMLValue, variants: [Experiment.Variant]) throws(YAMLError) {
    self.init()
    start = try root.field("start")?.date()
    if let field = root.field("end") {
      end = try field.date()
      if let start, let end, end <= start { throw field.error("is not after start") }
    }
    if let field = root.field("control") {
      let name = try field.string()
      guard variants.contains(where: { $0.name == name }) else {
        throw field.error("expected one of \(variants.map(\.name).joined(separator: ", ")), found \"\(name)\"")
      }
      control = name
    }
    if let field = root.field("metrics") {
      metrics = []
      for item in field.list() {
        let item = item.labelled("metric")
        try item.expectKeys(["name", "target"])
        let metric = try item.required("name").choice(ExperimentMetric.self)
        guard !metrics.contains(where: { $0.metric == metric }) else {
          throw item.error("\(metric.rawValue) stands there twice")
        }
        metrics.append(Metric(metric, target: try item.field("target")?.positive() ?? Metric.defaultTarget))
      }
      guard !metrics.isEmpty else { throw field.error("needs at least one metric") }
    }
    for item in root.field("guardrails")?.list() ?? [] {
      let item = item.labelled("guardrail")
      try item.expectKeys(["metric", "max_harm", "scale"])
      let metric = try item.required("metric").choice(ExperimentMetric.self)
      guard !guardrails.contains(where: { $0.metric == metric }) else {
        throw item.error("\(metric.rawValue) stands there twice")
      }
      guardrails.append(
        Guardrail(
          metric, maxHarm: try item.required("max_harm").positive(),
          scale: try item.field("scale")?.choice(Guardrail.Scale.self) ?? .relative))
    }
  }
}

extension YAMLValue {
  fileprivate func positive() throws(YAMLError) -> Double {
    let number = try number()
    guard number > 0 else { throw error("expected a number above 0, found \(number)") }
    return number
  }

  /// `2026-11-23T18:00:00Z`, or `2026-11-23` for its midnight in UTC.
  fileprivate func date() throws(YAMLError) -> Date {
    let text = try string()
    guard let date = try? Date(text.count == 10 ? "\(text)T00:00:00Z" : text, strategy: .iso8601) else {
      throw error("expected a time as 2026-11-23T18:00:00Z or a day as 2026-11-23, found \"\(text)\"")
    }
    return date
  }
}
