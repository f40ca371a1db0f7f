internal import Evaluation
internal import Models
internal import Reports

/// What the numbers of an evaluation come to, in words.
struct EvaluationVerdict {
  private(set) var sentences: [(tone: Tone, text: String)] = []

  init(_ evaluation: Evaluation, _ extras: EvalExtras) {
    addLead(evaluation)
    if let comparison = extras.comparison { add(comparison) }
    addCalibration(extras.rows)
    let worse = extras.slices.filter { !$0.worse.isEmpty }.count
    if worse > 0 { sentences.append((.warning, "\(worse) of \(extras.slices.count) slices are worse beyond noise.")) }
    let suspects = extras.importance.filter(\.isSuspect).map(\.name)
    if !suspects.isEmpty {
      sentences.append((.bad, "Perhaps a leak: \(suspects.joined(separator: ", ")) alone tells the classes apart."))
    }
  }

  /// Against the baseline that comes nearest.
  private mutating func addLead(_ evaluation: Evaluation) {
    let leads = evaluation.baselines.compactMap { baseline in
      baseline.ndcgDifference.map { (name: baseline.name, lead: $0) }
    }
    guard let best = leads.min(by: { $0.lead.value < $1.lead.value }) else { return }
    let by = "\(fixed(abs(best.lead.value))) (\(interval(best.lead)))"
    guard best.lead.isBeyondZero else {
      sentences.append((.warning, "NDCG@5 is not told apart from that of \(best.name): the difference is \(by)."))
      return
    }
    sentences.append(
      best.lead.value > 0
        ? (.good, "The model ranks better than its best baseline, \(best.name): NDCG@5 is higher by \(by).")
        : (.bad, "The model ranks worse than \(best.name): NDCG@5 is lower by \(by)."))
  }

  private mutating func add(_ comparison: Comparison) {
    let better = comparison.differences.filter { $0.verdict > 0 }.map(\.name)
    let worse = comparison.differences.filter { $0.verdict < 0 }.map(\.name)
    func list(_ names: [String]) -> String { names.joined(separator: ", ") }
    let sentence: (Tone, String) =
      switch (better.isEmpty, worse.isEmpty) {
      case (true, true): (.plain, "Not told apart from \(comparison.other) on these rows.")
      case (false, true): (.good, "Better than \(comparison.other) beyond noise in \(list(better)), worse in nothing.")
      case (true, false): (.bad, "Worse than \(comparison.other) beyond noise in \(list(worse)), better in nothing.")
      case (false, false): (.warning, "Better than \(comparison.other) in \(list(better)), worse in \(list(worse)).")
      }
    sentences.append(sentence)
  }

  /// The mean prediction against the share of positives.
  private mutating func addCalibration(_ rows: ModelScores) {
    let probabilities = rows.probabilities
    let predicted = probabilities.reduce(0, +) / Double(probabilities.count)
    let seen = rows.labels.reduce(0) { $0 + Double($1) } / Double(rows.labels.count)
    guard seen > 0 else { return }
    let ratio = predicted / seen
    let text =
      "It predicts \(fixed(100 * predicted, 2)) % positives on average; \(fixed(100 * seen, 2)) % are: "
      + "\(fixed(ratio, 2)) times as many"
    sentences.append(
      (0.9...1.1).contains(ratio)
        ? (.good, text + ".") : (.warning, text + ". Fit with --calibration before its probabilities are used as such.")
    )
  }
}
