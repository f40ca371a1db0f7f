public import ArgumentParser
public import Datasets
public import Experiments
public import Learning

extension SplitRuleName: ExpressibleByArgument {}
extension SplitName: ExpressibleByArgument {}
extension ClassWeight: ExpressibleByArgument {}
extension LogisticRegression.Solver: ExpressibleByArgument {}
extension PairWeight: ExpressibleByArgument {}
extension ExperimentMetric: ExpressibleByArgument {}
