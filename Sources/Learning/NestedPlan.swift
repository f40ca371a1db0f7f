internal import Foundation

/// How large the samples of a nested fit are: what costs least by a model of its passes.
///
/// In units of a gradient pass over all rows: a Hessian of all rows costs κ = 3 + d/32 (as measured). After the largest sample of m
/// rows, the gradient/n of all rows is about g₀ = 1/√m; a pass preconditioned with the sample's Hessian multiplies it
/// by about ρ = 2·√((d + 1)/m). With tolerance t, the fit costs
///
///     κ·m/n + 1 + log(t / g₀) / log ρ
struct NestedPlan {
  /// The samples, from small to large; each holds the one before.
  let samples: [RowSample]

  /// A plan for `objective`, or nil where Newton's method on all rows is as good or the sample would be too small to
  /// tell anything: under 16 rows a parameter.
  init?(_ objective: Objective, tolerance: Double) {
    let rows = objective.data.totalRows
    let order = Double(objective.order)
    let kappa = 3 + Double(objective.columns) / 32
    // Small blocks spread the sample over more of the data; 4 KiB of it is still read at nearly full speed.
    let blockRows = max(8, min(256, 8_192 / max(1, objective.columns) / 8 * 8))
    var best: (cost: Double, step: Int)?
    var step = 2
    while step <= 1024 {
      let m = Double(rows) / Double(step)
      if m < 16 * order || rows / blockRows < 8 * step { break }
      let contraction = min(0.9, 2 * (order / m).squareRoot())
      let passes = 1 + max(0, log(tolerance * m.squareRoot()) / log(contraction))
      let cost = kappa * m / Double(rows) + passes
      if cost < best?.cost ?? .infinity { best = (cost, step) }
      step += max(1, step / 4)
    }
    // Newton's method takes five to eight steps from zero.
    guard let best, best.cost < 6 * (1 + kappa) else { return nil }
    var samples: [RowSample] = []
    step = best.step
    while rows / blockRows >= 2 * step {
      samples.insert(RowSample(rows: rows, blockRows: blockRows, step: step), at: 0)
      if Double(samples[0].count) < 64 * order { break }
      step *= 4
    }
    // The smallest sample has its own optimum only with rows enough for each parameter.
    samples.removeAll { Double($0.count) < 8 * order }
    guard !samples.isEmpty else { return nil }
    self.samples = samples
  }
}
