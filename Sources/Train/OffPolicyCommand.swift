internal import ArgumentParser
internal import Evaluation
internal import JSON
internal import Models
internal import RankingMetrics

struct OffPolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ope",
    abstract: "Says what another policy would have earned, from a log with propensities (off-policy evaluation).",
    discussion: """
      Each row is a round: one place that the logging policy filled, with the probability (propensity) with which it \
      took what it took, and the reward that came. The policy to evaluate is an array of probabilities: of the logged \
      action (n), of each action (n × A), or of each action at each position (n × A × L), as for the Open Bandit \
      Pipeline. Estimates by inverse propensity (ips), self-normalised (snips), and with the rewards that a model \
      expects (--expected, of the policy's shape) directly (dm), doubly robust (dr) and switching (switch_dr). \
      Intervals are bootstraps over rounds, or requests with --group. Warnings say what speaks against the numbers.

        train ope --reward r.npy --propensity p.npy --action a.npy --policy pi.npy
        train ope --reward r.npy --propensity p.npy --action a.npy --position k.npy --policy pi.npy --expected q.npy \
      --clip 100 --json
      """)

  @Option(help: "The reward of each round: 1 for a click, 0 for none, or any number.")
  var reward: String

  @Option(help: "The probability, above 0, with which the log's policy took its action.")
  var propensity: String

  @Option(help: "The probabilities of the policy to evaluate: n, n × A or n × A × L.")
  var policy: String

  @Option(help: "The rewards that a model expects, in the shape of the policy.")
  var expected: String?

  @Option(help: "The logged action of each round, from 0.")
  var action: String?

  @Option(help: "The position of each round, from 1.")
  var position: String?

  @Option(help: "The request of each round: intervals draw requests.")
  var group: String?

  @Option(help: "The largest importance weight; larger ones are cut off.")
  var clip: Double?

  @Option(help: "The importance weight above which switch_dr trusts the model alone.")
  var switchAt: Double = 10

  @Option(help: "Draws of the bootstrap, at least 1.")
  var bootstrap = 1000

  @Option(help: "Fixes the draws.")
  var seed: UInt64 = 0

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard clip ?? 1 > 0 else { throw ValidationError("--clip \(clip ?? 0): expected a number above 0") }
    guard switchAt >= 0 else { throw ValidationError("--switch-at \(switchAt): expected 0 or more") }
    guard (1...1_000_000).contains(bootstrap) else {
      throw ValidationError("--bootstrap \(bootstrap): expected 1 to 1000000")
    }
  }

  func run() throws {
    let arrays = try OffPolicyArrays(
      rewards: reward, propensities: propensity, policy: policy, expected: expected, actions: action,
      positions: position, requests: group)
    let bootstrap = RequestBootstrap(groups: arrays.groups, replicates: bootstrap, seed: seed)
    guard
      let result = try bootstrap.offPolicyEstimates(of: arrays.log, clip: clip ?? .infinity, switchAt: switchAt)
    else { return }
    output.print(text: result.text) { result.write(to: &$0) }
  }
}

extension OffPolicyEstimates {
  fileprivate var text: String {
    var table = Table("mean reward", "value", "95 % interval")
    func add(_ name: String, _ distribution: BootstrapDistribution) {
      let interval = distribution.interval()
      table.add(name, fixed(interval.value, 6), "\(fixed(interval.low, 6)) … \(fixed(interval.high, 6))")
    }
    add("as logged", logged)
    for (estimator, distribution) in estimates { add(estimator.rawValue, distribution) }
    return """
      \(grouped(rounds)) rounds; effective sample size \(grouped(Int(effectiveSampleSize))), mean weight \
      \(fixed(meanWeight, 3)), largest \(fixed(largestWeight, 1)), \(grouped(clipped)) clipped, \(grouped(unmatched)) of \
      weight 0

      \(table.text)\(warnings.map { "\n\nwarning: \($0)" }.joined())
      """
  }

  fileprivate func write(to writer: inout JSONWriter) {
    writer.field("rounds", rounds)
    writer.field("effective_sample_size", effectiveSampleSize)
    writer.field("mean_weight", meanWeight)
    writer.field("largest_weight", largestWeight)
    writer.field("clipped", clipped)
    writer.field("unmatched", unmatched)
    writer.field("logged", MetricValue(logged))
    writer.key("estimates")
    writer.object { writer in
      for (estimator, distribution) in estimates { writer.field(estimator.rawValue, MetricValue(distribution)) }
    }
    writer.key("warnings")
    writer.array { writer in for warning in warnings { writer.string(warning) } }
  }
}
