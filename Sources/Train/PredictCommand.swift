internal import ArgumentParser
internal import Datasets
internal import Evaluation
internal import Models

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Writes a model's probability for each row of a dataset.",
    discussion: """
      A float64 .npy array in the order of X.npy, for numpy.load. Probabilities are calibrated where the model is;
      log-odds are what it ranks by, before any calibration.

        train predict --model models/ranker/1 --dataset datasets/demo --out scores.npy
      """)

  @Option(help: "The model's folder, models/NAME/VERSION, or models/NAME for its newest version.")
  var model: String

  @Option(help: "The dataset's folder.")
  var dataset: String

  @Option(help: "The side to score: train, validation or test.")
  var split = SplitName.test

  @Option(help: "The .npy file to write; one that is there is replaced.")
  var out: String

  @Flag(help: "Write log-odds in place of probabilities.")
  var logOdds = false

  @OptionGroup var output: OutputOptions

  func run() throws {
    let artifact = try loadModel(model)
    let dataset = try Dataset(path: dataset)
    try artifact.requireFeatures(dataset.featureNames, sparse: dataset.description.sparse, of: dataset.path)
    let rows = try dataset.split(split)
    let scorer = Scorer(artifact)
    let scores = scorer.logOdds(of: rows)
    try writeNPY(logOdds ? scores : scores.map { scorer.probability(logOdds: $0) }, to: out)
    output.print(text: "\(out): \(grouped(scores.count)) \(logOdds ? "log-odds" : "probabilities")") { writer in
      writer.field("model", artifact.path)
      writer.field("out", out)
      writer.field("rows", scores.count)
    }
  }
}
