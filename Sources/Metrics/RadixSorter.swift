/// A record that a radix sort can order.
protocol RadixRecord: BitwiseCopyable {
  /// The number to sort by.
  var radixKey: UInt64 { get }
}

extension UInt64: RadixRecord {
  @inline(__always) var radixKey: UInt64 { self }
}

/// A row and the number to sort it by.
struct KeyedRow: RadixRecord {
  var key: UInt64
  var row: UInt32

  @inline(__always) var radixKey: UInt64 { key }
}

/// A finite score as an unsigned number of the same order: equal for equal scores, 0 and −0 included.
@inline(__always) func orderKey(_ score: Double) -> UInt64 {
  let bits = (score + 0.0).bitPattern
  let sign = UInt64(bitPattern: Int64(bitPattern: bits) >> 63)
  return bits ^ (sign | 1 << 63)
}

/// A stable radix sort, most significant digit first, for records that fit the cache, with the memory that it needs.
///
/// Each level looks at the range of the keys it was given, so that bits which are the same in all of them cost nothing,
/// and takes about as many digits as there are records, so that most of them are alone after one or two levels.
///
/// - Complexity: O(n) for keys that are spread out, O(n·b) at worst for keys of b bits.
struct RadixSorter<Record: RadixRecord>: ~Copyable {
  private static var insertionLimit: Int { 24 }
  private static var maxDigitBits: Int { 11 }
  /// Every level that recurses has used up 3 bits of the 64 or more.
  private static var maxLevels: Int { 22 }

  private var scratch: UnsafeMutablePointer<Record>
  private var capacity: Int
  private let counters: UnsafeMutablePointer<UInt32>

  init() {
    capacity = 0
    scratch = .allocate(capacity: 0)
    counters = .allocate(capacity: Self.maxLevels << Self.maxDigitBits)
  }

  deinit {
    scratch.deallocate()
    counters.deallocate()
  }

  /// Sorts `records` by ascending key; records of one key keep their order.
  mutating func sort(_ records: UnsafeMutableBufferPointer<Record>) {
    guard let base = records.baseAddress, records.count > 1 else { return }
    if records.count <= Self.insertionLimit {
      Self.insertionSort(base, records.count)
      return
    }
    if records.count > capacity {
      scratch.deallocate()
      scratch = .allocate(capacity: records.count)
      capacity = records.count
    }
    Self.sort(base, spare: scratch, records.count, endInSpare: false, counters)
  }

  /// Sorts `records` into `spare` or in place.
  private static func sort(
    _ records: UnsafeMutablePointer<Record>, spare: UnsafeMutablePointer<Record>, _ count: Int, endInSpare: Bool,
    _ counters: UnsafeMutablePointer<UInt32>
  ) {
    if count <= insertionLimit {
      insertionSort(records, count)
      if endInSpare { spare.update(from: records, count: count) }
      return
    }
    var low = UInt64.max
    var high = UInt64.min
    for i in 0..<count {
      let key = records[i].radixKey
      low = min(low, key)
      high = max(high, key)
    }
    let rangeBits = UInt64.bitWidth - (high &- low).leadingZeroBitCount
    if rangeBits == 0 {
      if endInSpare { spare.update(from: records, count: count) }
      return
    }
    let countBits = Int.bitWidth - 1 - count.leadingZeroBitCount
    let digitBits = min(rangeBits, min(maxDigitBits, countBits - 1))
    let shift = UInt64(rangeBits - digitBits)
    let digits = 1 << digitBits

    counters.update(repeating: 0, count: digits)
    for i in 0..<count { counters[Int((records[i].radixKey &- low) &>> shift)] &+= 1 }
    var start: UInt32 = 0
    for digit in 0..<digits {
      let size = counters[digit]
      counters[digit] = start
      start &+= size
    }
    for i in 0..<count {
      let record = records[i]
      let digit = Int((record.radixKey &- low) &>> shift)
      spare[Int(counters[digit])] = record
      counters[digit] &+= 1
    }

    if shift == 0 {
      if !endInSpare { records.update(from: spare, count: count) }
      return
    }
    // Each counter now holds the end of its digit's records.
    var first = 0
    for digit in 0..<digits {
      let end = Int(counters[digit])
      if end > first {
        sort(
          spare + first, spare: records + first, end - first, endInSpare: !endInSpare,
          counters + (1 << maxDigitBits))
      }
      first = end
    }
  }

  @inline(__always)
  private static func insertionSort(_ records: UnsafeMutablePointer<Record>, _ count: Int) {
    guard count > 1 else { return }
    for i in 1..<count {
      let record = records[i]
      let key = record.radixKey
      var j = i
      while j > 0, records[j - 1].radixKey > key {
        records[j] = records[j - 1]
        j -= 1
      }
      records[j] = record
    }
  }
}
