/// Rows that may depend on each other, cluster by cluster.
///
/// Memory: 16 bytes a run of neighbouring rows of one cluster, 8 a cluster.
struct RowClusters {
  /// What the clusters are.
  let kind: CoefficientCovariance.Kind
  /// Runs of neighbouring rows, those of a cluster one after the other.
  private let runs: [Range<Int>]
  /// Where the runs of each cluster begin, and after the last one their end.
  private let offsets: [Int]

  /// How many clusters there are.
  var count: Int { offsets.count - 1 }

  /// The rows of cluster `index`, run by run.
  subscript(index: Int) -> ArraySlice<Range<Int>> { runs[offsets[index]..<offsets[index + 1]] }

  /// A cluster a request; requests begin at `offsets`, whose last is their end.
  init(requestOffsets offsets: [Int]) {
    kind = .request
    runs = zip(offsets, offsets.dropFirst()).map { $0..<$1 }
    self.offsets = Array(0...runs.count)
  }

  /// A cluster a user, in ascending order of `users`, which holds the user of each row.
  ///
  /// - Complexity: O(n + r·log r) for r runs of rows.
  init(users: UnsafeBufferPointer<Int64>) {
    kind = .user
    var found: [(user: Int64, rows: Range<Int>)] = []
    var start = 0
    for row in users.indices where row + 1 == users.count || users[row + 1] != users[row] {
      found.append((users[row], start..<row + 1))
      start = row + 1
    }
    found.sort { ($0.user, $0.rows.lowerBound) < ($1.user, $1.rows.lowerBound) }
    runs = found.map(\.rows)
    let first = found.indices.filter { $0 == 0 || found[$0].user != found[$0 - 1].user }
    offsets = first + [found.count]
  }
}
