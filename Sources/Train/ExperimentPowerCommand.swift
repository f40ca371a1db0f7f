internal import ArgumentParser
internal import Experiments
internal import Foundation
internal import JSON

struct ExperimentPowerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "power",
    abstract: "Says how many users and days an A/B test needs, or what it can find.",
    discussion: """
      Give the effect and get the users; give --users, or --days with --daily-users, and get the smallest effect; give
      both and get the power. The metric is one number a user: a share of users, or a mean with its --sd.

        train experiment power --baseline 0.1 --effect 0.02 --daily-users 2000
        train experiment power --baseline 0.1 --effect 0.05 --relative --variants 3
        train experiment power --baseline 4.2 --sd 6.1 --daily-users 2000 --days 14
      """)

  @Option(help: "The metric without the change: a share of users, or a mean with --sd.")
  var baseline: Double

  @Option(help: "The standard deviation of the metric over users.")
  var sd: Double?

  @Option(help: "The change to find, in the metric's units.")
  var effect: Double?

  @Flag(help: "The effect is a share of the baseline: 0.05 is 5 % more.")
  var relative = false

  @Option(help: "The chance of a false alarm, two-sided, over all comparisons with the control.")
  var alpha = 0.05

  @Option(help: "The chance to find the effect.")
  var power = 0.8

  @Option(help: "How many variants, the control among them, of equal shares.")
  var variants = 2

  @Option(help: "How many users come for the first time on a day, in all variants.")
  var dailyUsers: Double?

  @Option(help: "How many users there are, in all variants.")
  var users: Double?

  @Option(help: "How many days the test runs, in place of --users; needs --daily-users.")
  var days: Double?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if sd == nil, !(0 < baseline && baseline < 1) {
      throw ValidationError("--baseline \(baseline): expected a share between 0 and 1, or a mean with its --sd")
    }
    if let sd, !(sd > 0) { throw ValidationError("--sd \(sd): expected a number above 0") }
    if let effect {
      guard effect != 0 else { throw ValidationError("--effect 0: expected a change") }
      if sd == nil, !(0 < baseline + absolute(effect) && baseline + absolute(effect) < 1) {
        throw ValidationError("--effect \(effect): baseline and effect make \(baseline + absolute(effect)), no share")
      }
    }
    for (name, value) in [("--alpha", alpha), ("--power", power)] where !(0 < value && value < 1) {
      throw ValidationError("\(name) \(value): expected a number between 0 and 1")
    }
    guard power > alpha else { throw ValidationError("--power \(power): expected more than --alpha \(alpha)") }
    guard (2...100).contains(variants) else { throw ValidationError("--variants \(variants): expected 2 to 100") }
    for (name, value) in [("--daily-users", dailyUsers), ("--users", users), ("--days", days)] {
      if let value, !(value > 0 && value.isFinite) {
        throw ValidationError("\(name) \(value): expected a number above 0")
      }
    }
    guard users == nil || days == nil else { throw ValidationError("give --users or --days, not both") }
    guard days == nil || dailyUsers != nil else { throw ValidationError("--days needs --daily-users") }
    guard effect != nil || users != nil || days != nil else {
      throw ValidationError("give --effect to get the users, or --users or --days to get the smallest effect")
    }
    guard !relative || baseline != 0 else { throw ValidationError("--relative needs a --baseline other than 0") }
  }

  func run() throws {
    let analysis = PowerAnalysis(
      baseline: baseline, standardDeviation: sd, alpha: alpha, comparisons: variants - 1)
    let givenUsers = users ?? days.map { $0 * (dailyUsers ?? 0) }
    var result = Answer(alpha: analysis.comparisonAlpha)
    result.power = power
    if let effect {
      result.effect = absolute(effect)
      if let givenUsers {
        result.usersPerVariant = givenUsers / Double(variants)
        result.power = analysis.power(effect: absolute(effect), users: givenUsers / Double(variants))
      } else {
        result.usersPerVariant = analysis.users(effect: absolute(effect), power: power).rounded(.up)
        result.sequential = analysis.sequentialUsers(effect: absolute(effect), power: power).rounded(.up)
      }
    } else if let givenUsers {
      result.usersPerVariant = givenUsers / Double(variants)
      guard let effect = analysis.effect(users: givenUsers / Double(variants), power: power) else {
        throw TooFewUsers(users: givenUsers)
      }
      result.effect = effect
    }
    output.print(text: text(result)) { write(result, to: &$0) }
  }

  private struct Answer {
    /// Of one comparison.
    let alpha: Double
    var power = 0.0
    var effect = 0.0
    var usersPerVariant = 0.0
    /// Users in each variant for the always-valid test.
    var sequential: Double?
  }

  private struct TooFewUsers: Error, CustomStringConvertible {
    let users: Double
    var description: String {
      "\(users) users do not show any effect with that power; expected more users or a lower --power"
    }
  }

  private func absolute(_ effect: Double) -> Double { relative ? effect * baseline : effect }

  private func days(_ usersPerVariant: Double) -> Double? {
    dailyUsers.map { (usersPerVariant * Double(variants) / $0).rounded(.up) }
  }

  private func text(_ answer: Answer) -> String {
    var table = Table("", "users a variant", "users", "days", "power")
    func add(_ name: String, _ users: Double) {
      table.add(
        name, whole(users), whole(users * Double(variants)), days(users).map { fixed($0, 0) } ?? "–",
        fixed(answer.power, 4))
    }
    add("one look at the end", answer.usersPerVariant)
    if let sequential = answer.sequential { add("a look whenever you like", sequential) }
    let share = baseline == 0 ? "" : String(format: " (%+.3g %%)", 100 * answer.effect / baseline)
    return """
      from \(short(baseline)) to \(short(baseline + answer.effect)): an effect of \(short(answer.effect))\(share)
      \(variants) variants, two-sided α \(short(answer.alpha)) for each comparison

      \(table.text)
      """
  }

  private func short(_ value: Double) -> String { String(format: "%.4g", value) }

  private func whole(_ value: Double) -> String {
    value < 9e15 ? grouped(Int(value.rounded(.up))) : String(format: "%.2e", value)
  }

  private func write(_ answer: Answer, to writer: inout JSONWriter) {
    writer.field("baseline", baseline)
    writer.field("effect", answer.effect)
    writer.field("alpha", alpha)
    writer.field("alpha_per_comparison", answer.alpha)
    writer.field("power", answer.power)
    writer.field("variants", variants)
    writer.field("users_per_variant", answer.usersPerVariant)
    writer.field("users", answer.usersPerVariant * Double(variants))
    if let days = days(answer.usersPerVariant) { writer.field("days", days) }
    if let sequential = answer.sequential {
      writer.field("sequential_users_per_variant", sequential)
      if let days = days(sequential) { writer.field("sequential_days", days) }
    }
  }
}
