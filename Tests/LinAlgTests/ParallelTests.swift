import LinAlg
import Testing

@Suite("Rows in chunks, chunks on threads")
struct ParallelTests {
  @Test("Chunks cover every row once, in order", arguments: [0, 1, 7, 8, 9, 1000, 1001], [1, 2, 8, 64])
  func chunks(rows: Int, limit: Int) {
    let chunks = RowChunks(rows: rows, blockRows: 8, atMost: limit)
    #expect(chunks.count <= limit)
    #expect(chunks.chunkRows % 8 == 0)
    var next = 0
    for index in 0..<chunks.count {
      #expect(chunks[index].lowerBound == next)
      #expect(!chunks[index].isEmpty)
      next = chunks[index].upperBound
    }
    #expect(next == rows)
  }

  @Test("Results come in order, each index once", arguments: [1, 2, 3, 16])
  func map(threads: Int) {
    #expect(Parallel.map(1000, threads: threads) { $0 * $0 } == (0..<1000).map { $0 * $0 })
    #expect(Parallel.map(0, threads: threads) { $0 }.isEmpty)
  }

  @Test("A thread makes one scratch", arguments: [1, 2, 4])
  func scratch(threads: Int) {
    final class Scratch {
      var uses = 0
    }
    var uses = [Int](repeating: 0, count: 100)
    uses.withUnsafeMutableBufferPointer { uses in
      nonisolated(unsafe) let slots = uses
      Parallel.forEach(100, threads: threads, scratch: { Scratch() }) { scratch, index in
        scratch.uses += 1
        slots[index] = scratch.uses
      }
    }
    #expect(uses.allSatisfy { $0 > 0 })
    #expect(uses.count { $0 == 1 } <= threads)
  }

  @Test("No threads is the caller's bug")
  func threads() async {
    await #expect(processExitsWith: .failure) { Parallel.forEach(1, threads: 0) { _ in } }
  }
}
