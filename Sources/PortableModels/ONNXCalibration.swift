internal import Models

/// The nodes that make `probability` of `log_odds`, as ``Calibration`` does.
struct ONNXCalibration {
  private(set) var nodes: [ONNXNode] = []
  private(set) var tensors: [ONNXTensor] = []

  init(_ calibration: Calibration?) {
    switch calibration?.map {
    case nil: add("Sigmoid", ["log_odds"], "probability")
    case .platt(let slope, let intercept):
      tensors = [ONNXTensor("platt_slope", [slope]), ONNXTensor("platt_intercept", [intercept])]
      add("Mul", ["log_odds", "platt_slope"], "sloped")
      add("Add", ["sloped", "platt_intercept"], "calibrated")
      add("Sigmoid", ["calibrated"], "probability")
    case .isotonic(let points, let probabilities):
      addSearch(points)
      addLine(points, probabilities)
    }
  }

  /// The index of the last point that is not above the log-odds, 0 where there is none, as `index`: a binary search
  /// unrolled, the points filled up with infinities to a power of two.
  private mutating func addSearch(_ points: [Double]) {
    var bits = 0
    while 1 << bits < points.count { bits += 1 }
    let filling = [Double](repeating: .infinity, count: (1 << bits) - points.count)
    tensors += [ONNXTensor("points", points + filling), ONNXTensor("index_\(bits)", indices: [0])]
    for bit in (0..<bits).reversed() {
      tensors.append(ONNXTensor("step_\(bit)", indices: [1 << Int64(bit)]))
      add("Add", ["index_\(bit + 1)", "step_\(bit)"], "middle_\(bit)")
      add("Gather", ["points", "middle_\(bit)"], "point_\(bit)")
      add("LessOrEqual", ["point_\(bit)", "log_odds"], "reached_\(bit)")
      add("Where", ["reached_\(bit)", "middle_\(bit)", "index_\(bit + 1)"], "index_\(bit)")
    }
  }

  /// The straight line from the point at `index_0` to the next one, level before the first and after the last.
  private mutating func addLine(_ points: [Double], _ probabilities: [Double]) {
    tensors += [
      ONNXTensor("lower", probabilities), ONNXTensor("upper", probabilities.dropFirst() + probabilities.suffix(1)),
      ONNXTensor("widths", zip(points, points.dropFirst()).map { $1 - $0 } + [1]), ONNXTensor("zero", scalar: 0),
      ONNXTensor("one", scalar: 1),
    ]
    for (source, name) in [("points", "left"), ("lower", "low"), ("upper", "high"), ("widths", "width")] {
      add("Gather", [source, "index_0"], name)
    }
    add("Sub", ["log_odds", "left"], "offset")
    add("Div", ["offset", "width"], "unbounded_share")
    add("Clip", ["unbounded_share", "zero", "one"], "share")
    add("Sub", ["high", "low"], "rise")
    add("Mul", ["share", "rise"], "part")
    add("Add", ["low", "part"], "line")
    add("Min", ["line", "high"], "probability")
  }

  private mutating func add(_ type: String, _ inputs: [String], _ output: String) {
    nodes.append(ONNXNode(type, inputs, output))
  }
}

extension ONNXNode {
  /// An operator; the node is named after its output.
  init(_ type: String, _ inputs: [String], _ output: String) {
    self.init()
    name = output
    opType = type
    input = inputs
    self.output = [output]
  }
}

extension ONNXTensor {
  /// A vector of numbers.
  init(_ name: String, _ values: [Double]) {
    self.init()
    self.name = name
    dataType = .double
    dims = [Int64(values.count)]
    doubleData = values
  }

  /// A number without a dimension.
  init(_ name: String, scalar: Double) {
    self.init(name, [scalar])
    dims = []
  }

  /// A vector of whole numbers.
  init(_ name: String, indices: [Int64]) {
    self.init()
    self.name = name
    dataType = .int64
    dims = [Int64(indices.count)]
    int64Data = indices
  }
}
