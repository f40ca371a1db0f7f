internal import Datasets
public import RankingMetrics

/// A log with propensities and a policy to evaluate on it, from `.npy` arrays.
public struct OffPolicyArrays: Sendable {
  public let log: OffPolicyLog
  public let groups: RankingGroups

  /// Reads and checks the arrays, each a path.
  ///
  /// - Parameters:
  ///   - rewards: what came of each round.
  ///   - propensities: the probability of the logged action.
  ///   - policy: n probabilities of the logged actions; or n × A, of each action; or n × A × L, of each at each position.
  ///   - expected: the reward that a model expects, n × A or n × A × L; nil leaves out what needs it.
  ///   - actions: the logged action, from 0; needed unless the policy has one dimension.
  ///   - positions: the position, from 1; needed with three dimensions.
  ///   - requests: the request of each round, rows of a request contiguous; nil if all rounds are independent.
  /// - Throws: ``DatasetError`` that names file and row.
  public init(
    rewards: String, propensities: String, policy: String, expected: String? = nil, actions: String? = nil,
    positions: String? = nil, requests: String? = nil
  ) throws {
    let reward = try NPYArray(path: rewards).vector()
    let rounds = reward.count
    guard rounds > 0 else { throw DatasetError.file(rewards, "is empty; expected one reward a round") }
    let propensity = try NPYArray(path: propensities).vector(rows: rounds)
    let choice = try LoggedChoice(actions: actions, positions: positions, rounds: rounds)
    let policyTable = try ActionTable(path: policy, rounds: rounds)
    let targets = try policyTable.logged(choice)
    var model: OffPolicyLog.RewardModel?
    if let expected {
      let table = try ActionTable(path: expected, rounds: rounds)
      guard table.shape == policyTable.shape, table.shape.count > 1 else {
        throw DatasetError.file(
          expected, "has shape \(table.shape), the policy \(policyTable.shape); expected the same, rounds × actions")
      }
      model = OffPolicyLog.RewardModel(
        logged: try table.logged(choice), target: try table.mean(under: policyTable, choice))
    }
    log = try located(policyTable.path) {
      try OffPolicyLog(rewards: reward, propensities: propensity, targets: targets, rewardModel: model)
    }
    groups = try located(requests ?? rewards) {
      try requests.map { try RankingGroups(requestOfEachRow: NPYArray(path: $0).wholeNumbers(rows: rounds)) }
        ?? RankingGroups(offsets: Array(0...rounds))
    }
  }
}

/// The action and the position of each round.
private struct LoggedChoice {
  let actions: [Int64]?
  /// From 0 on.
  let positions: [Int64]?

  init(actions: String?, positions: String?, rounds: Int) throws {
    self.actions = try actions.map { try NPYArray(path: $0).wholeNumbers(rows: rounds) }
    self.positions = try positions.map { path in
      try NPYArray(path: path).wholeNumbers(rows: rounds).map { $0 - 1 }
    }
  }
}

/// Numbers by round and, with more dimensions, by action and position.
private struct ActionTable {
  let path: String
  let shape: [Int]
  private let values: [Double]

  init(path: String, rounds: Int) throws {
    let array = try NPYArray(path: path)
    guard (1...3).contains(array.shape.count), array.shape[0] == rounds, array.shape.allSatisfy({ $0 > 0 }) else {
      throw DatasetError.file(
        path, "has shape \(array.shape); expected [\(rounds)], [\(rounds), actions] or [\(rounds), actions, positions]")
    }
    self.path = path
    shape = array.shape
    values = array.doubles()
  }

  /// The number of each round's own action at its own position.
  func logged(_ choice: LoggedChoice) throws -> [Double] {
    guard shape.count > 1 else { return values }
    guard let actions = choice.actions else {
      throw DatasetError.file(path, "has shape \(shape): name the logged actions with --action")
    }
    return try actions.indices.map { round in
      guard let action = Int(exactly: actions[round]), (0..<shape[1]).contains(action) else {
        throw DatasetError.file(path, "row \(round): its action is \(actions[round]); expected 0 to \(shape[1] - 1)")
      }
      return values[try place(round, choice) + action * stride]
    }
  }

  /// The mean of each round over the actions of a policy.
  func mean(under policy: ActionTable, _ choice: LoggedChoice) throws -> [Double] {
    try (0..<shape[0]).map { round in
      let start = try place(round, choice)
      var sum = 0.0
      var total = 0.0
      for action in 0..<shape[1] {
        let chance = policy.values[start + action * stride]
        sum += chance * values[start + action * stride]
        total += chance
      }
      guard total > 0 else {
        throw DatasetError.file(policy.path, "row \(round): its probabilities sum to 0; expected 1")
      }
      return sum / total
    }
  }

  private var stride: Int { shape.count == 3 ? shape[2] : 1 }

  /// Where a round's numbers at its position begin.
  private func place(_ round: Int, _ choice: LoggedChoice) throws -> Int {
    guard shape.count == 3 else { return round * shape[1] }
    guard let positions = choice.positions else {
      throw DatasetError.file(path, "has shape \(shape): name the positions with --position")
    }
    guard (0..<Int64(shape[2])).contains(positions[round]) else {
      throw DatasetError.file(
        path, "row \(round): its position is \(positions[round] + 1); expected 1 to \(shape[2])")
    }
    return round * shape[1] * shape[2] + Int(positions[round])
  }
}
