internal import Files

/// A NumPy `.npy` array in C order and little-endian: mapped into memory, held in it, or left in its file.
public struct NPYArray: Sendable {
  public enum Element: String, Sendable, CaseIterable {
    case float32 = "<f4"
    case float64 = "<f8"
    case uint8 = "|u1"
    case bool = "|b1"
    case int8 = "|i1"
    case int16 = "<i2"
    case int32 = "<i4"
    case int64 = "<i8"
    case uint16 = "<u2"
    case uint32 = "<u4"
    case uint64 = "<u8"

    public var size: Int {
      switch self {
      case .uint8, .bool, .int8: 1
      case .int16, .uint16: 2
      case .float32, .int32, .uint32: 4
      case .float64, .int64, .uint64: 8
      }
    }
  }

  public let path: String
  public let element: Element
  public let shape: [Int]
  /// Where the first element is, in bytes from the start of the file.
  public let dataOffset: Int
  private let storage: Storage

  private enum Storage {
    case mapped(MappedFile)
    case held(HeldBytes)
    case file
  }

  /// - Parameter mapped: false reads and checks the header only; the elements are then for whoever opens the file.
  /// - Throws: ``DatasetError`` when the file is not a complete `.npy` array of a known kind; `FileError` when it
  ///   cannot be read.
  public init(path: String, mapped: Bool = true) throws {
    self.path = path
    let (header, size): (NPYHeader, Int)
    if mapped {
      let file = try MappedFile(path: path)
      storage = .mapped(file)
      (header, size) = (try NPYHeader(bytes: file.bytes, path: path), file.count)
    } else {
      storage = .file
      let reader = try RangeReader(path: path)
      let start = try reader.read(0..<min(NPYHeader.longest, reader.count))
      (header, size) = (try NPYHeader(bytes: start, path: path), reader.count)
    }
    element = header.element
    shape = header.shape
    dataOffset = header.length
    guard dataOffset % element.size == 0 else {
      throw DatasetError.file(path, "holds its data unaligned; save it again with numpy.save")
    }
    var needed = element.size
    for extent in shape {
      let (product, overflow) = needed.multipliedReportingOverflow(by: extent)
      guard !overflow else { throw DatasetError.file(path, "has the impossible shape \(shape)") }
      needed = product
    }
    guard size - dataOffset == needed else {
      throw DatasetError.file(
        path,
        "is cut short or too long: \(size - dataOffset) bytes of data, expected \(needed) for \(shape) \(element)"
      )
    }
  }

  /// The array of these elements, in memory; `path` is what it is made from.
  init<Value>(_ values: [Value], _ element: Element, path: String) {
    precondition(MemoryLayout<Value>.size == element.size, "\(path) holds \(element), not \(Value.self)")
    self.path = path
    self.element = element
    shape = [values.count]
    dataOffset = 0
    storage = .held(values.withUnsafeBytes { HeldBytes(copying: $0) })
  }

  /// The elements, row after row; valid while this array lives.
  ///
  /// - Precondition: `Value` is as large as the element.
  public func buffer<Value>(of _: Value.Type) -> UnsafeBufferPointer<Value> {
    precondition(MemoryLayout<Value>.size == element.size, "\(path) holds \(element), not \(Value.self)")
    return rawBytes.assumingMemoryBound(to: Value.self)
  }

  /// The bytes of the elements; valid while this array lives.
  ///
  /// - Precondition: They are in memory.
  var rawBytes: UnsafeRawBufferPointer {
    switch storage {
    case .mapped(let file): UnsafeRawBufferPointer(rebasing: file.bytes[dataOffset...])
    case .held(let held): held.bytes
    case .file: preconditionFailure("\(path) is left in its file")
    }
  }

  /// Calls `body` with the bytes of the elements in `range`, piece by piece and in order, valid during the call: read,
  /// where they are left in their file.
  ///
  /// - Parameters:
  ///   - step: How many elements a piece has, but for the last; as many as make 1 MiB where nil.
  ///   - reader: Of this array's file, where the caller keeps one.
  /// - Throws: What `body` throws; `FileError` where the file cannot be read, or was cut.
  func forEachPiece(
    of range: Range<Int>, by step: Int? = nil, with reader: RangeReader? = nil,
    _ body: (Range<Int>, UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var source = reader
    if case .file = storage, source == nil { source = try RangeReader(path: path) }
    let step = step ?? (1 << 20) / element.size
    for start in stride(from: range.lowerBound, to: range.upperBound, by: step) {
      let elements = start..<min(start + step, range.upperBound)
      let bytes = elements.lowerBound * element.size..<elements.upperBound * element.size
      let piece = try source?.read(dataOffset + bytes.lowerBound..<dataOffset + bytes.upperBound)
      try body(elements, piece ?? UnsafeRawBufferPointer(rebasing: rawBytes[bytes]))
    }
  }

  /// A reader for `forEachPiece`, where the elements are left in their file.
  func makeReader() throws -> RangeReader? {
    guard case .file = storage else { return nil }
    return try RangeReader(path: path)
  }

  /// Calls `body` with the place and the value of each element, whatever its kind.
  func forEachNumber(_ body: (Int, Double) throws -> Void) throws {
    func each<Value>(_: Value.Type, _ convert: (Value) -> Double) throws {
      try forEachPiece(of: 0..<shape.reduce(1, *)) { elements, bytes in
        for (index, value) in zip(elements, bytes.assumingMemoryBound(to: Value.self)) {
          try body(index, convert(value))
        }
      }
    }
    switch element {
    case .float32: try each(Float.self, Double.init)
    case .float64: try each(Double.self) { $0 }
    case .uint8, .bool: try each(UInt8.self, Double.init)
    case .int8: try each(Int8.self, Double.init)
    case .int16: try each(Int16.self, Double.init)
    case .uint16: try each(UInt16.self, Double.init)
    case .int32: try each(Int32.self, Double.init)
    case .uint32: try each(UInt32.self, Double.init)
    case .int64: try each(Int64.self, Double.init)
    case .uint64: try each(UInt64.self, Double.init)
    }
  }

  /// Gives back the memory of some elements of a mapped array; they are read from the file again when touched.
  public func release(elements: Range<Int>) {
    guard case .mapped(let file) = storage else { return }
    file.release((dataOffset + elements.lowerBound * element.size)..<(dataOffset + elements.upperBound * element.size))
  }

  /// The elements of a one-dimensional array of any kind as numbers.
  public func doubles() -> [Double] {
    switch element {
    case .float32: buffer(of: Float.self).map(Double.init)
    case .float64: Array(buffer(of: Double.self))
    case .uint8, .bool: buffer(of: UInt8.self).map(Double.init)
    case .int8: buffer(of: Int8.self).map(Double.init)
    case .int16: buffer(of: Int16.self).map(Double.init)
    case .uint16: buffer(of: UInt16.self).map(Double.init)
    case .int32: buffer(of: Int32.self).map(Double.init)
    case .uint32: buffer(of: UInt32.self).map(Double.init)
    case .int64: buffer(of: Int64.self).map(Double.init)
    case .uint64: buffer(of: UInt64.self).map(Double.init)
    }
  }
}

/// A copy of some bytes, freed with its owner.
private final class HeldBytes: Sendable {
  // Not guarded: written once, before anybody else sees it.
  nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

  init(copying source: UnsafeRawBufferPointer) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: source.count, alignment: 64)
    copy.copyMemory(from: source)
    bytes = UnsafeRawBufferPointer(copy)
  }

  deinit { bytes.deallocate() }
}

/// The header of a `.npy` file, format versions 1 to 3 (numpy.lib.format).
struct NPYHeader {
  let element: NPYArray.Element
  let shape: [Int]
  /// Bytes before the data.
  let length: Int

  /// No header that is understood is longer, in bytes.
  static let longest = 1 << 16

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  init(bytes: UnsafeRawBufferPointer, path: String) throws(DatasetError) {
    guard bytes.count >= 10, bytes.prefix(6).elementsEqual(Self.magic), (1...3).contains(bytes[6]) else {
      throw .file(path, "is not a .npy array; expected what numpy.save writes")
    }
    let wide = bytes[6] > 1
    let start = wide ? 12 : 10
    guard bytes.count >= start else { throw .file(path, "is cut short in its header") }
    let count = (8..<start).reversed().reduce(0) { $0 << 8 | Int(bytes[$1]) }
    guard bytes.count >= start + count else { throw .file(path, "is cut short in its header") }
    let text = String(decoding: bytes[start..<(start + count)], as: UTF8.self)
    let pattern = #/'descr':\s*'([^']*)',\s*'fortran_order':\s*(True|False),\s*'shape':\s*\(([0-9, ]*)\)/#
    guard let match = text.firstMatch(of: pattern) else {
      throw .file(path, "has a header that is not understood: \(text.prefix(80))")
    }
    guard let element = NPYArray.Element(rawValue: String(match.1)) else {
      throw .file(
        path, "holds elements of kind \(match.1); expected one of \(NPYArray.Element.allCases.map(\.rawValue))")
    }
    let shape = match.3.split(separator: ",").compactMap { Int($0.trimmingPrefix(while: { $0 == " " })) }
    guard match.2 == "False" || shape.count < 2 else {
      throw .file(path, "is in Fortran order; save numpy.ascontiguousarray(X) instead")
    }
    self.element = element
    self.shape = shape
    length = start + count
  }
}
