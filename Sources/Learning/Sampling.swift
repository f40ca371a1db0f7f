/// Of how many rows a Hessian is computed, and how exactly: little at first, more where that does not do.
struct Sampling {
  /// The rows.
  private(set) var sample: RowSample
  /// Whether the last resort is reached: all rows, in float64.
  private(set) var isExact = false

  /// A hundred rows a parameter, by whose Hessian a step takes about a digit off the gradient; all rows where there are no
  /// more.
  init(_ objective: Objective) {
    let rows = objective.data.totalRows
    // Small blocks spread the sample over more of the data; 4 KiB of it is still read at nearly full speed.
    let blockRows = max(8, min(256, 8_192 / max(1, objective.columns) / 8 * 8))
    let step = rows / (100 * objective.order)
    sample =
      step >= 2
      ? RowSample(rows: rows, blockRows: min(blockRows, objective.blockRows), step: step) : objective.allRows
    whole = objective.allRows
  }

  private let whole: RowSample

  /// Four times the rows; then all; then all in float64.
  mutating func grow() {
    if sample.step >= 8 {
      sample = RowSample(rows: sample.rows, blockRows: sample.blockRows, step: sample.step / 4)
    } else if sample != whole {
      sample = whole
    } else {
      isExact = true
    }
  }
}
