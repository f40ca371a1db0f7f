internal import ArgumentParser
internal import Models

@main
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Learns from an event log which propositions users accept.",
    discussion: """
      From nothing to a model:

        train synth --users 2000 --propositions 200 --requests 50000 --days 28 --seed 7 --out demo/log
        train dataset build --events demo/log/events.jsonl --propositions demo/log/propositions.jsonl --out datasets/demo
        train fit --dataset datasets/demo --models models --name ranker
        train eval --model models/ranker/1 --dataset datasets/demo

      Results go to standard output, progress to standard error. Exit codes: 0 done, 1 the work failed, 64 wrong usage.
      """,
    version: toolVersion,
    subcommands: [
      SynthCommand.self, ImportCommand.self, DatasetCommand.self, FitCommand.self, EvalCommand.self,
      PredictCommand.self, CompareCommand.self, MetricsCommand.self, OffPolicyCommand.self,
      ModelsCommand.self, RunsCommand.self, ExperimentCommand.self,
    ])
}
