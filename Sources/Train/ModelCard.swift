internal import Datasets
internal import Learning
internal import Models

/// The text of `MODEL_CARD.md`: what the model is, from what, how good, and where not to use it.
struct ModelCard {
  let dataset: Dataset
  let model: LinearModel
  let metrics: ModelMetrics
  let penalty: Penalty
  let classWeight: ClassWeight
  /// nil where each row's label was fitted.
  var pairs: PairCounts?
  /// The rows fitted and how many shards they came from; nil where all are of one dataset.
  var shards: (rows: Int, count: Int)?

  var text: String {
    """
    # Model card

    \(kind)

    | | |
    | --- | --- |
    | Trained on | \(dataset.path.split(separator: "/").last ?? ""), fingerprint `\(dataset.fingerprint.prefix(16))` |
    | Rows | \(rows) |
    | Positive | \(label) |
    | Split | by \(dataset.description.split.rule.rawValue), 80/10/10 |
    \(objective)| Penalty | \(penalty.l1 > 0 ? "L1 \(penalty.l1), " : "")L2 \(penalty.l2), class weight \(classWeight.rawValue) |

    ## How good

    | metric | train | validation | 95 % interval |
    | --- | --- | --- | --- |
    \(metricRows)

    ## What speaks most

    Coefficients of the scaled features (a change of the log-odds a standard deviation), the ten largest:

    \(coefficientTable)

    ## Limits

    \(notProbabilities)The model saw only what the logging policy showed. Its probabilities hold for users, propositions and places like \
    those of the log, and for the time after it only as long as behaviour stays as it was.

    """
  }

  private var kind: String {
    if pairs != nil {
      return "A linear score of \(model.features.count) features that puts the propositions of a request in the order "
        + "in which a user is likely to accept them."
    }
    return "A logistic regression over \(model.features.count) features that ranks propositions by the probability "
      + "that a user accepts them."
  }

  /// A row of the table, where pairs were fitted.
  private var objective: String {
    guard let pairs else { return "" }
    return "| Objective | pairwise: \(grouped(pairs.pairs)) pairs of an accepted and another row of a request; "
      + "\(grouped(pairs.skippedRequests)) requests have none |\n"
  }

  private var notProbabilities: String {
    guard pairs != nil else { return "" }
    return "The model was \(ObjectiveChoice.pairwiseNote). Its intercept is 0.\n\n"
  }

  private var rows: String {
    if let shards { return "train \(shards.rows) in \(shards.count) shards; metrics are of the first shard" }
    return SplitName.allCases.compactMap { side in dataset.description.parts[side.rawValue].map { "\(side) \($0.rows)" }
    }
    .joined(separator: ", ")
  }

  private var label: String {
    guard let label = dataset.description.label else { return "as in the imported arrays" }
    return "\(label.positive.joined(separator: " or ")) within \(label.attributionSeconds) s of the request"
  }

  private var metricRows: String {
    ["auc", "average_precision", "log_loss", "brier", "ece", "ndcg@5", "ndcg@10", "mrr"].map { name in
      let validation = metrics["validation"]?[name]
      return "| \(name) | \(cell(metrics["train"]?[name])) | \(cell(validation)) | \(interval(validation)) |"
    }.joined(separator: "\n")
  }

  private var coefficientTable: String {
    let largest = model.coefficients.indices.sorted {
      (-abs(model.coefficients[$0]), $0) < (-abs(model.coefficients[$1]), $1)
    }
    guard let estimates = ModelEstimates(model) else {
      let rows = largest.prefix(10).map { "| \(model.features[$0]) | \(fixed(model.coefficients[$0])) |" }
      return (["| feature | coefficient |", "| --- | --- |"] + rows).joined(separator: "\n")
    }
    let header = EstimateCells.header
    let rows = largest.prefix(10).map { index in
      let cells = EstimateCells(estimates.coefficients[index])
      return "| \(model.features[index]) | \(fixed(model.coefficients[index])) | \(cells.error) | \(cells.z) "
        + "| \(cells.p) | \(cells.interval) |"
    }
    let lines = [
      "| feature | coefficient | \(header.error) | \(header.z) | \(header.p) | \(header.interval) |",
      "| --- | --- | --- | --- | --- | --- |",
    ]
    return (lines + rows + ["", "Standard errors: \(estimates.assumption)."]).joined(separator: "\n")
  }
}
