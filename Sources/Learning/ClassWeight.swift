/// How the two labels weigh against each other.
public enum ClassWeight: String, Sendable, Codable, CaseIterable {
  /// Each row weighs what its sample weight says.
  case none
  /// Both labels weigh the same in all: a row of label c weighs W / (2·W_c) times its sample weight, W being the sum
  /// of sample weights and W_c that of label c. As scikit-learn's `class_weight="balanced"`.
  case balanced
}
