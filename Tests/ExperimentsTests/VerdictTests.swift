import Experiments
import Testing

@Suite("Verdicts")
struct VerdictTests {
  private let even = SampleRatio(users: [5000, 5000], shares: [0.5, 0.5])

  /// A variant of `users` of whom a share accepts.
  private func arm(_ users: Int, _ rate: Double) -> UserMoments {
    var moments = UserMoments()
    let hits = Int(Double(users) * rate)
    for user in 0..<users { moments.add(numerator: user < hits ? 1 : 0, denominator: 1) }
    return moments
  }

  private func verdict(
    _ looks: [[UserMoments]], guardrails: [(ExperimentPlan.Guardrail, [UserMoments])] = [], ratio: SampleRatio? = nil,
    target: Double = 0.1, isFinal: Bool = false
  ) -> Verdict {
    let names = ["a", "b", "c"]
    let kept = guardrails.map { guardrail, moments in
      GuardrailAnalysis(
        guardrail, estimates: ArmEstimates(moments), variant: 1, control: 0, alpha: Verdict.alpha, isFinal: isFinal)
    }
    return Verdict(
      primary: MetricAnalysis(.ctr, target: target, looks: looks, control: 0), guardrails: kept,
      sampleRatio: ratio ?? even, names: names, control: 0, days: looks.indices.map { Double($0 + 1) },
      isFinal: isFinal)
  }

  @Test func `a clear gain ships, a clear loss stops`() {
    let gain = verdict([[arm(10_000, 0.1), arm(10_000, 0.13)]])
    #expect(gain.decision == .ship && gain.variant == 1)
    #expect(gain.reasons[0].hasPrefix("ctr +30.0 % (+19.9 … +40.1) in b: better"), "\(gain.reasons)")
    #expect(verdict([[arm(10_000, 0.13), arm(10_000, 0.1)]]).decision == .stop)
  }

  @Test func `a mismatch blocks even a clear gain`() {
    let verdict = verdict(
      [[arm(10_000, 0.1), arm(10_000, 0.13)]], ratio: SampleRatio(users: [51_000, 49_000], shares: [0.5, 0.5]))
    #expect(verdict.decision == .blocked && verdict.reasons[0].contains("shares"))
  }

  @Test func `the best of two gains ships`() {
    let looks = [[arm(10_000, 0.1), arm(10_000, 0.13), arm(10_000, 0.14)]]
    #expect(verdict(looks).variant == 2)
  }

  @Test func `undecided: runs on for as long as the traffic needs`() throws {
    // Twice the users a day, twice the information: V falls as 1/day.
    let looks = (1...4).map { [arm(250 * $0, 0.1), arm(250 * $0, 0.104)] }
    let short = verdict(looks)
    #expect(short.decision == .keepRunning)
    let days = try #require(short.daysMore)
    let needed = PowerAnalysis(baseline: 0.1).sequentialUsers(effect: 0.01, power: 0.8)
    #expect(abs(days - (needed / 250 - 4)) < 0.05 * days, "\(days) of \(needed / 250 - 4)")
    #expect(short.reasons.last?.contains("a change of 10 %") == true)
  }

  @Test func `data enough for the target and nothing shown: stops`() {
    let looks = [[arm(60_000, 0.1), arm(60_000, 0.1005)]]
    #expect(verdict(looks).decision == .stop)
    #expect(verdict(looks, target: 0.01).decision == .keepRunning, "a smaller target needs more")
  }

  @Test func `at the planned end one look decides`() {
    let looks = [[arm(4000, 0.1), arm(4000, 0.114)]]
    #expect(verdict(looks).decision == .keepRunning, "p of one look is 0.04, of any look more")
    #expect(verdict(looks, isFinal: true).decision == .ship)
    #expect(verdict([[arm(4000, 0.1), arm(4000, 0.105)]], isFinal: true).decision == .stop)
  }

  @Test func `guardrails: broken stops, open waits, held ships`() {
    let gain = [[arm(10_000, 0.1), arm(10_000, 0.13)]]
    let guardrail = ExperimentPlan.Guardrail(.dismissalRate, maxHarm: 0.2)
    for (control, treatment, expected) in [
      (arm(10_000, 0.1), arm(10_000, 0.2), Verdict.Decision.stop), (arm(200, 0.1), arm(200, 0.1), .keepRunning),
      (arm(50_000, 0.1), arm(50_000, 0.1), .ship), (arm(50_000, 0.1), arm(50_000, 0.05), .ship),
    ] as [(UserMoments, UserMoments, Verdict.Decision)] {
      #expect(verdict(gain, guardrails: [(guardrail, [control, treatment])]).decision == expected)
    }
    // More is better here: the same numbers, the other way round.
    let clicks = ExperimentPlan.Guardrail(.ctr, maxHarm: 0.02, scale: .absolute)
    #expect(verdict(gain, guardrails: [(clicks, [arm(10_000, 0.2), arm(10_000, 0.1)])]).decision == .stop)
    #expect(verdict(gain, guardrails: [(clicks, [arm(10_000, 0.1), arm(10_000, 0.2)])]).decision == .ship)
  }

  @Test func `an early look counts later on`() {
    let looks = [[arm(3000, 0.1), arm(3000, 0.2)], [arm(6000, 0.1), arm(6000, 0.104)]]
    #expect(verdict(looks).decision == .ship)
    #expect(verdict(Array(looks.suffix(1))).decision == .keepRunning)
  }

  @Test func `without users there is nothing to compare`() {
    #expect(verdict([[UserMoments(), UserMoments()]]).decision == .keepRunning)
  }
}
