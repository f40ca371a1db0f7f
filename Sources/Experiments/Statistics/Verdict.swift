internal import Foundation

/// What to do with an experiment, in words.
public struct Verdict: Equatable, Sendable {
  public enum Decision: String, Sendable {
    /// A treatment is better and harms nothing: give it to everybody.
    case ship
    /// Keep the control.
    case stop
    case keepRunning = "keep_running"
    /// The users did not come in the planned shares: no comparison holds.
    case blocked
  }

  public let decision: Decision
  /// The variant to ship, as an index.
  public let variant: Int?
  /// Whole sentences.
  public let reasons: [String]
  /// Days more until the target effect would be found with a chance of 80 %; nil where that cannot be said.
  public let daysMore: Double?

  public static let power = 0.8
  public static let alpha = 0.05

  /// - Parameters:
  ///   - days: of each look, the days since the start.
  ///   - isFinal: the planned end is reached: the p-value of one look counts, else the one that is valid at any look.
  public init(
    primary: MetricAnalysis, guardrails: [GuardrailAnalysis], sampleRatio: SampleRatio, names: [String], control: Int,
    days: [Double], isFinal: Bool
  ) {
    guard !sampleRatio.isMismatch else {
      self.init(
        .blocked,
        "The users did not come in the shares of the file (χ² p = \(short(sampleRatio.pValue))): some are lost or counted "
          + "twice on one side. Find out why before you read on.")
      return
    }
    guard !primary.comparisons.isEmpty else {
      self.init(.keepRunning, "There is not enough yet to compare \(primary.metric.rawValue).")
      return
    }
    let outlook = Outlook(primary, controlValue: primary.estimates.best[control]?.value, days: days)
    var (winners, reasons, open) = ([(variant: Int, gain: Double)](), [String](), false)
    for comparison in primary.comparisons {
      let name = names[comparison.variant]
      let gain = primary.metric.sign * comparison.best.value
      let p = isFinal ? comparison.fixedPValue : comparison.sequentialPValue
      let mine = guardrails.filter { $0.variant == comparison.variant }
      let change = "\(primary.metric.rawValue) \(Self.lift(comparison.best)) in \(name)"
      if let broken = mine.first(where: { $0.state == .broken }) {
        reasons.append(
          "\(name) harms \(broken.guardrail.metric.rawValue) by more than \(short(broken.guardrail.maxHarm))"
            + "\(broken.guardrail.scale == .relative ? " of its value" : "").")
      } else if p <= Self.alpha, gain < 0 {
        reasons.append("\(change): worse (p = \(short(p))).")
      } else if p <= Self.alpha {
        if let undecided = mine.first(where: { $0.state == .open }) {
          open = true
          reasons.append(
            "\(change): better (p = \(short(p))), but harm to \(undecided.guardrail.metric.rawValue) beyond the limit "
              + "is not excluded yet.")
        } else {
          winners.append((comparison.variant, gain))
          reasons.append("\(change): better (p = \(short(p))).")
        }
      } else if isFinal {
        reasons.append("\(change): the planned end is reached and no difference is shown (p = \(short(p))).")
      } else if outlook.isReached {
        reasons.append(
          "\(change): no difference is shown (p = \(short(p))), with data that would show \(outlook.target) with a "
            + "chance of 80 %.")
      } else {
        open = true
        reasons.append("\(change): not decided (p = \(short(p))).")
      }
    }
    if let winner = winners.max(by: { $0.gain < $1.gain }) {
      self.init(.ship, reasons, variant: winner.variant)
    } else if !open {
      self.init(.stop, reasons)
    } else {
      let days = outlook.daysMore
      if let days, days > 0 {
        reasons.append(
          "At the traffic of the last days, \(outlook.target) is found with a chance of 80 % after \(Self.count(days)) "
            + "more.")
      }
      self.init(.keepRunning, reasons, daysMore: days)
    }
  }

  private init(_ decision: Decision, _ reasons: [String], variant: Int? = nil, daysMore: Double? = nil) {
    self.decision = decision
    self.reasons = reasons
    self.variant = variant
    self.daysMore = daysMore
  }

  private init(_ decision: Decision, _ reason: String) { self.init(decision, [reason]) }

  private static func lift(_ difference: Difference) -> String {
    guard let lift = difference.lift else { return String(format: "%+.4g", difference.value) }
    return String(format: "%+.1f %% (%+.1f … %+.1f)", 100 * lift.value, 100 * lift.low, 100 * lift.high)
  }

  private static func count(_ days: Double) -> String {
    let whole = Int(min(days, 36_500).rounded(.up))
    return whole == 36_500 ? "more than 100 years" : whole == 1 ? "1 day" : "\(whole) days"
  }
}

/// How long until the always-valid test finds the target effect.
private struct Outlook {
  let target: String
  /// nil where the data say nothing about their own growth.
  var daysMore: Double?
  var isReached: Bool { daysMore == 0 }

  /// Information, 1/V, grows on as in the last seven days.
  init(_ analysis: MetricAnalysis, controlValue: Double?, days: [Double]) {
    target = String(format: "a change of %.3g %%", 100 * analysis.target)
    guard let controlValue, controlValue != 0, let now = analysis.information.last, now > 0, let today = days.last
    else { return }
    let effect = analysis.target * abs(controlValue)
    let needed =
      1
      / MixtureTest(scale: effect).variance(
        toFind: effect, alpha: analysis.comparisonAlpha, power: Verdict.power)
    guard needed > now else {
      daysMore = 0
      return
    }
    let earlier = days.lastIndex { $0 <= today - 7 }
    let (since, known) = earlier.map { (days[$0], analysis.information[$0]) } ?? (0, 0)
    guard today > since, now > known else { return }
    daysMore = (needed - now) / ((now - known) / (today - since))
  }
}

/// Three digits.
private func short(_ number: Double) -> String {
  number > 0 && number < 1e-4 ? String(format: "%.1e", number) : String(format: "%.3g", number)
}
