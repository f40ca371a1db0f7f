internal import ArgumentParser

struct ExperimentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "experiment",
    abstract: "Plans, checks and decides A/B tests.",
    discussion: "docs/experiments.md is the guide: how to plan, when to look, how to decide.",
    subcommands: [
      ExperimentListCommand.self, ExperimentAnalyzeCommand.self, ExperimentPowerCommand.self,
      ExperimentSimulateCommand.self,
    ])
}
