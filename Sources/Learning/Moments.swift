internal import CKernels
internal import LinAlg

/// Weight, means and centred sums of squares of some rows.
struct Moments {
  var weight = 0.0
  var mean: [Double]
  /// Σ w(x − mean)² of each feature.
  var squares: [Double]

  init(columns: Int) {
    mean = [Double](repeating: 0, count: columns)
    squares = mean
  }

  /// Adds the rows behind `other`.
  mutating func merge(_ other: Moments) {
    let merged = weight + other.weight
    let share = merged > 0 ? other.weight / merged : 0
    for j in mean.indices {
      let difference = other.mean[j] - mean[j]
      mean[j] += difference * share
      squares[j] += other.squares[j] + difference * difference * weight * share
    }
    weight = merged
  }
}

extension Moments {
  /// Adds the rows of all processes, so that each has the moments of all.
  ///
  /// - Throws: What the communicator throws.
  mutating func merge(over communicator: any Communicator) throws {
    guard communicator.size > 1 else { return }
    var sums = [weight] + mean.map { $0 * weight }
    try communicator.sum(&sums)
    // Sums about each process's own mean are taken to the common one before they are added.
    let total = sums.removeFirst()
    for j in mean.indices {
      let common = total > 0 ? sums[j] / total : sums[j]
      let difference = mean[j] - common
      squares[j] += weight * difference * difference
      mean[j] = common
    }
    try communicator.sum(&squares)
    weight = total
  }
}

/// The memory in which one thread measures its blocks.
struct BlockMoments {
  private let data: TrainingData
  private let reader: any RowReader
  private let zeros: [Double]
  private var shift: [Double]
  private var sums: [Double]
  private var factors: [Double]
  private var workspace: [Double]

  init(_ data: TrainingData, blockRows: Int) {
    self.data = data
    reader = data.features.makeReader()
    zeros = [Double](repeating: 0, count: data.columns)
    shift = zeros
    sums = zeros
    factors = [Double](repeating: 1, count: blockRows)
    workspace = [Double](repeating: 0, count: pp_workspace(data.columns))
  }

  /// Says that `rows` are going to be measured, block by block.
  func announce(_ rows: Range<Int>) { reader.announce(rows) }

  /// The moments of `rows`.
  ///
  /// - Throws: What reading them throws.
  mutating func measure(_ rows: Range<Int>) throws -> Moments {
    let columns = data.columns
    let stride = reader.rowStride
    let x = try reader.read(rows)
    var moments = Moments(columns: columns)
    let first = min(32, rows.count)
    var firstWeight = Double(first)
    moments.weight = Double(rows.count)
    if let weights = data.weights {
      for (i, row) in rows.enumerated() { factors[i] = Double(weights[row]) }
      firstWeight = factors[..<first].reduce(0, +)
      moments.weight = factors[..<rows.count].reduce(0, +)
    }
    for j in 0..<columns {
      shift[j] = 0
      sums[j] = 0
    }
    pp_moments(x, stride, first, columns, zeros, factors, &workspace, &shift, nil)
    // Rows that weigh nothing have no mean; 0/1 is none, and lets a NaN in them still show.
    for j in 0..<columns { shift[j] /= firstWeight > 0 ? firstWeight : 1 }
    pp_moments(x, stride, rows.count, columns, shift, factors, &workspace, &sums, &moments.squares)
    let divisor = moments.weight > 0 ? moments.weight : 1
    for j in 0..<columns {
      moments.mean[j] = shift[j] + sums[j] / divisor
      moments.squares[j] -= sums[j] * (sums[j] / divisor)
      // Below zero by rounding only; a NaN stays.
      if moments.squares[j] < 0 { moments.squares[j] = 0 }
    }
    return moments
  }
}
