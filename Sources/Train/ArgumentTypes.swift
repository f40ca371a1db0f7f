public import ArgumentParser
public import Datasets
public import Evaluation
public import Experiments
public import Learning

extension SplitRuleName: ExpressibleByArgument {}
extension SplitName: ExpressibleByArgument {}
extension ScoreKind: ExpressibleByArgument {}
extension ClassWeight: ExpressibleByArgument {}
extension LogisticRegression.Solver: ExpressibleByArgument {}
extension PairWeight: ExpressibleByArgument {}
extension ExperimentMetric: ExpressibleByArgument {}

/// What a bootstrap draws.
enum BootstrapUnit: String, CaseIterable, ExpressibleByArgument { case request, user }
