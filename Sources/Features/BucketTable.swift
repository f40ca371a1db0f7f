/// Running totals by key and time bucket, read as of the last completed bucket.
///
/// A read at bucket `b` sees what was added to buckets before `b` and, with a window, not before `b - window`. Reads
/// must come with buckets that don't fall; an older one is answered as of the latest.
///
/// - Complexity: amortised O(1) an addition in time order and O(1) a read.
struct BucketTable {
  /// How two values of a key become one.
  enum Fold {
    case sum, max

    func callAsFunction(_ a: Int64?, _ b: Int64) -> Int64 {
      guard let a else { return b }
      return self == .sum ? a + b : Swift.max(a, b)
    }
  }

  private struct Entry {
    var bucket: Int64
    var value: Int64
  }

  private let fold: Fold
  /// In buckets; nil is without end. Only sums have windows.
  private let window: Int64?
  /// The place of a key's cell: for keys that count up from 0 in an array, with -1 where there is none yet; for others
  /// in a dictionary.
  private let keysAreDense: Bool
  private var denseIndices: [Int32] = []
  private var indices: [UInt64: Int32] = [:]
  private var cells: [Cell] = []

  init(fold: Fold, window: Int64?, keysAreDense: Bool = false) {
    precondition(fold == .sum || window == nil, "only sums can let go of old buckets")
    self.fold = fold
    self.window = window
    self.keysAreDense = keysAreDense
  }

  mutating func add(_ value: Int64, key: UInt64, bucket: Int64) {
    let index = self.index(of: key) ?? makeCell(for: key)
    cells[index].add(value, bucket: bucket, fold: fold, window: window)
  }

  /// What the key amounts to as of the beginning of `bucket`; nil where nothing was added by then.
  mutating func value(key: UInt64, asOf bucket: Int64) -> Int64? {
    guard let index = index(of: key) else { return nil }
    return cells[index].value(asOf: bucket, fold: fold, window: window)
  }

  private func index(of key: UInt64) -> Int? {
    guard keysAreDense else { return indices[key].map(Int.init) }
    guard key < UInt64(denseIndices.count), denseIndices[Int(key)] >= 0 else { return nil }
    return Int(denseIndices[Int(key)])
  }

  private mutating func makeCell(for key: UInt64) -> Int {
    let index = cells.count
    cells.append(Cell())
    if keysAreDense {
      if key >= UInt64(denseIndices.count) {
        denseIndices.append(contentsOf: repeatElement(-1, count: Int(key) + 1 - denseIndices.count))
      }
      denseIndices[Int(key)] = Int32(index)
    } else {
      indices[key] = Int32(index)
    }
    return index
  }
}

extension BucketTable {
  /// The buckets of one key.
  private struct Cell {
    /// What completed buckets within the window amount to.
    private var completed: Int64?
    /// In the order of their buckets: completed ones that a window will let go of, then open ones.
    private var entries: [Entry] = []
    private var firstOpen = 0
    /// Everything before this bucket is in `completed`.
    private var asOf = Int64.min

    mutating func add(_ value: Int64, bucket: Int64, fold: Fold, window: Int64?) {
      guard bucket < asOf else {
        insert(value, bucket: bucket, from: firstOpen, fold: fold)
        return
      }
      if let window {
        guard bucket >= asOf - window else { return }
        insert(value, bucket: bucket, from: 0, fold: fold)
      }
      completed = fold(completed, value)
    }

    mutating func value(asOf bucket: Int64, fold: Fold, window: Int64?) -> Int64? {
      guard bucket > asOf else { return completed }
      asOf = bucket
      while firstOpen < entries.count, entries[firstOpen].bucket < bucket {
        completed = fold(completed, entries[firstOpen].value)
        firstOpen += 1
      }
      var gone = firstOpen
      if let window {
        gone = entries[..<firstOpen].firstIndex { $0.bucket >= bucket - window } ?? firstOpen
        for entry in entries[..<gone] { completed = (completed ?? 0) - entry.value }
      }
      if gone > 0 {
        entries.removeFirst(gone)
        firstOpen -= gone
      }
      return completed
    }

    private mutating func insert(_ value: Int64, bucket: Int64, from low: Int, fold: Fold) {
      var place = entries.count
      while place > low, entries[place - 1].bucket > bucket { place -= 1 }
      if place > low, entries[place - 1].bucket == bucket {
        entries[place - 1].value = fold(entries[place - 1].value, value)
      } else {
        entries.insert(Entry(bucket: bucket, value: value), at: place)
        if bucket < asOf { firstOpen += 1 }
      }
    }
  }
}
