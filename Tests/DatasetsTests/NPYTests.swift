import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct NPYTests {
  /// The header that NumPy writes:
  ///
  ///     python3 -c "import numpy, io; f = io.BytesIO(); numpy.save(f, numpy.arange(6, dtype='f4').reshape(2, 3)); \
  ///       print(len(f.getvalue()), f.getvalue()[:60])"
  ///     152 b"\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': False, 'shape': (2,"
  @Test func writesWhatNumPyWrites() throws {
    let folder = try TemporaryFolder()
    let writer = try NPYWriter(path: folder.file("X.npy"), element: .float32, columns: 3)
    try [Float](arrayLiteral: 0, 1, 2, 3, 4, 5).withUnsafeBufferPointer { try writer.append($0) }
    let hash = try writer.finish()
    let data = try #require(FileManager.default.contents(atPath: folder.file("X.npy")))
    #expect(data.count == 152)
    let header = "\u{1}\u{0}v\u{0}{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
    #expect(data.prefix(6 + header.utf8.count) == Data([0x93] + Array("NUMPY\(header)".utf8)))
    #expect(data[127] == 0x0A)
    // python3 -c "… print(hashlib.sha256(f.getvalue()).hexdigest())"
    #expect(hash == "47d9cb788e60cfff38faf2237400d94063bde1f42a0ad39297e02642caca6b56")
    let array = try NPYArray(path: folder.file("X.npy"))
    #expect(array.shape == [2, 3] && Array(array.buffer(of: Float.self)) == [0, 1, 2, 3, 4, 5])
  }

  static func file(_ header: String, data: [UInt8], version: UInt8 = 1) -> Data {
    let length =
      version == 1
      ? [UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)]
      : [UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8), 0, 0]
    return Data([0x93] + Array("NUMPY".utf8) + [version, 0] + length + Array(header.utf8) + data)
  }

  @Test(arguments: 1...3 as ClosedRange<UInt8>)
  func readsEveryHeaderVersion(version: UInt8) throws {
    let folder = try TemporaryFolder()
    // The data begin at a multiple of 64, as NumPy has it.
    let text = "{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }"
    let header = text + String(repeating: " ", count: 128 - (version == 1 ? 10 : 12) - text.utf8.count - 1) + "\n"
    try Self.file(header, data: [1, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255], version: version)
      .write(to: URL(fileURLWithPath: folder.file("a.npy")))
    #expect(try NPYArray(path: folder.file("a.npy")).doubles() == [1, -1])
  }

  @Test(arguments: [
    ("not an array", "is not a .npy array"),
    ("fortran", "Fortran order"), ("kind", "elements of kind <c8"), ("short", "cut short or too long"),
    ("long", "cut short or too long"), ("header", "cut short in its header"), ("huge", "impossible shape"),
    ("words", "header that is not understood"), ("unaligned", "unaligned"),
  ])
  func refusesWhatItCannotRead(kind: String, message: String) throws {
    func header(_ element: String = "<f4", _ order: String = "False", _ shape: String = "(2, 1)") -> String {
      let text = "{'descr': '\(element)', 'fortran_order': \(order), 'shape': \(shape), }"
      return text + String(repeating: " ", count: 118 - text.utf8.count)
    }
    let eight = [UInt8](repeating: 0, count: 8)
    let data: Data =
      switch kind {
      case "fortran": Self.file(header("<f4", "True"), data: eight)
      case "kind": Self.file(header("<c8"), data: eight)
      case "short": Self.file(header(), data: Array(eight.dropLast()))
      case "long": Self.file(header(), data: eight + [0])
      case "header": Self.file(header(), data: []).prefix(60)
      case "huge": Self.file(header("<f4", "False", "(9223372036854775807, 2)"), data: eight)
      case "words": Self.file("{'descr': [('a', '<f4')]}", data: eight)
      case "unaligned": Self.file(header() + " ", data: eight)
      default: Data("hello world, this is text".utf8)
      }
    let folder = try TemporaryFolder()
    try data.write(to: URL(fileURLWithPath: folder.file("a.npy")))
    let error = try #require(throws: DatasetError.self) { try NPYArray(path: folder.file("a.npy")) }
    #expect(error.description.contains(message) && error.description.hasPrefix(folder.file("a.npy")), "\(error)")
  }
}
