public import JSON
internal import RankingMetrics

/// What the true probabilities of a synthetic log reach: `truth.json`.
public struct SyntheticTruth: Sendable {
  public let parameters: SyntheticLog.Parameters
  public let rows: Int
  public let clicks: Int
  /// Over all requests: `auc`, `ndcg@5`, `ndcg@10` of the true click probabilities, and `attractiveness_…` of the same
  /// without the effect of the position.
  public let all: [String: Double]
  /// Over the last tenth of the requests, which a split by time keeps for the test.
  public let test: [String: Double]

  /// Gathers the truth about each slate.
  public struct Collector {
    private let parameters: SyntheticLog.Parameters
    private var probabilities: [Double] = []
    private var attractiveness: [Double] = []
    private var labels: [UInt8] = []
    private var offsets = [0]

    public init(parameters: SyntheticLog.Parameters) { self.parameters = parameters }

    public var requests: Int { offsets.count - 1 }

    public mutating func add(_ showings: [SyntheticLog.Showing]) {
      for showing in showings {
        probabilities.append(showing.clickProbability)
        attractiveness.append(showing.attractiveness)
        labels.append(showing.clicked ? 1 : 0)
      }
      offsets.append(labels.count)
    }

    public func finish() throws -> SyntheticTruth {
      SyntheticTruth(
        parameters: parameters, rows: labels.count, clicks: labels.reduce(0) { $0 + Int($1) },
        all: try metrics(from: 0), test: try metrics(from: SplitAssignment.timeBoundaries(requests: requests).test))
    }

    private func metrics(from request: Int) throws -> [String: Double] {
      let start = offsets[request]
      guard start < labels.count else { return [:] }
      let labels = Array(labels[start...])
      let groups = try RankingGroups(offsets: offsets[request...].map { $0 - start })
      var metrics: [String: Double] = [:]
      for (prefix, scores) in [("", probabilities), ("attractiveness_", attractiveness)] {
        let scores = Array(scores[start...])
        let ranked = try RankedRequests(scores: scores, labels: labels, groups: groups)
        metrics[prefix + "auc"] = try rocAUC(scores: scores, labels: labels)
        metrics[prefix + "ndcg@5"] = ranked.ndcg(at: 5).mean
        metrics[prefix + "ndcg@10"] = ranked.ndcg(at: 10).mean
      }
      return metrics
    }
  }

  public func write(to writer: inout JSONWriter) throws {
    writer.object { writer in
      writer.key("parameters")
      writer.object { writer in
        for (name, value) in [
          ("users", parameters.users), ("propositions", parameters.propositions), ("requests", parameters.requests),
          ("days", parameters.days), ("slate_size", parameters.slateSize),
        ] {
          writer.key(name)
          writer.integer(value)
        }
        writer.key("seed")
        writer.integer(parameters.seed)
      }
      writer.key("rows")
      writer.integer(rows)
      writer.key("clicks")
      writer.integer(clicks)
      for (name, metrics) in [("all", all), ("test", test)] {
        writer.key(name)
        writer.object { writer in
          for (metric, value) in metrics.sorted(by: { $0.key < $1.key }) {
            writer.key(metric)
            writer.number(value)
          }
        }
      }
    }
  }
}
