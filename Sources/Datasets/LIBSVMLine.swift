internal import Features
internal import Foundation

/// How the features of a text file are numbered.
public enum SparseColumnRule: Equatable, Sendable {
  /// `index:value` with ascending indices, the first column being `base`, 0 or 1.
  case indexed(base: Int)
  /// `name:value`, or `name` for the value 1, hashed to 2^bits columns.
  case hashed(bits: Int)
}

/// One line of a LIBSVM file, parsed: a label, perhaps `qid:N`, and features; from `#` on it is a comment.
///
/// One value of it is used for all lines, so that its arrays are allocated once.
struct LIBSVMLine {
  let rule: SparseColumnRule
  /// The first number on the line, as it stands there.
  private(set) var label = 0.0
  /// The request, where the line names one.
  private(set) var request: Int64?
  /// Ascending, from 0.
  private(set) var columns: [Int32] = []
  private(set) var values: [Float] = []

  init(rule: SparseColumnRule) { self.rule = rule }

  /// Reads a line; false where it is blank or a comment.
  ///
  /// - Throws: ``LIBSVMFault`` that says what is wrong with it.
  mutating func parse(_ line: UnsafeRawBufferPointer) throws(LIBSVMFault) -> Bool {
    columns.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    request = nil
    var rest = Tokens(line)
    guard let first = rest.next() else { return false }
    guard let label = number(first) else {
      throw LIBSVMFault("expected a label, 0 or 1, or −1 or +1, found \(quoted(first))")
    }
    self.label = label
    while let token = rest.next() {
      if token.starts(with: Self.queryPrefix) {
        guard columns.isEmpty, request == nil, let id = integer(token.dropFirst(Self.queryPrefix.count)) else {
          throw LIBSVMFault("expected qid: and a whole number, once and right after the label, found \(quoted(token))")
        }
        request = id
        continue
      }
      switch rule {
      case .indexed(let base): try appendIndexed(token, base: base)
      case .hashed(let bits): try appendHashed(token, bits: bits)
      }
    }
    if case .hashed = rule { try merge() }
    return true
  }

  private static let queryPrefix = Array("qid:".utf8)

  private mutating func appendIndexed(_ token: Token, base: Int) throws(LIBSVMFault) {
    guard let colon = token.firstIndex(of: UInt8(ascii: ":")), let index = integer(token[..<colon]) else {
      throw LIBSVMFault(
        "expected index:value, found \(quoted(token)); for features with names, pass --hash-bits")
    }
    let value = try finite(token[(colon + 1)...], of: token)
    let column = index - Int64(base)
    guard column >= 0 else {
      throw LIBSVMFault(
        "index \(index) in \(quoted(token)) is below \(base), the first; pass --index-base 0 if columns count from 0")
    }
    guard column < Int32.max else { throw LIBSVMFault("index \(index) in \(quoted(token)) does not fit 32 bits") }
    guard columns.last.map({ $0 < column }) ?? true else {
      throw LIBSVMFault(
        "index \(index) comes after \(Int64(columns.last ?? 0) + Int64(base)); indices of a line have to ascend, each once"
      )
    }
    columns.append(Int32(column))
    values.append(value)
  }

  private mutating func appendHashed(_ token: Token, bits: Int) throws(LIBSVMFault) {
    guard let colon = token.lastIndex(of: UInt8(ascii: ":")) else {
      columns.append(SparseColumns.hashed(token, bits: bits))
      values.append(1)
      return
    }
    guard colon > token.startIndex else { throw LIBSVMFault("expected a name before the colon in \(quoted(token))") }
    values.append(try finite(token[(colon + 1)...], of: token))
    columns.append(SparseColumns.hashed(token[..<colon], bits: bits))
  }

  /// Sorts hashed columns and adds up what fell together.
  private mutating func merge() throws(LIBSVMFault) {
    let order = columns.indices.sorted { (columns[$0], $0) < (columns[$1], $1) }
    var merged: [Int32] = []
    var sums: [Float] = []
    for entry in order {
      if merged.last == columns[entry] {
        sums[sums.count - 1] += values[entry]
      } else {
        merged.append(columns[entry])
        sums.append(values[entry])
      }
    }
    guard sums.allSatisfy(\.isFinite) else { throw LIBSVMFault("the values of a column add up to more than a float32") }
    (columns, values) = (merged, sums)
  }

  private func finite(_ text: Token, of token: Token) throws(LIBSVMFault) -> Float {
    guard let value = number(text) else { throw LIBSVMFault("expected a number after the colon in \(quoted(token))") }
    let single = Float(value)
    guard single.isFinite else { throw LIBSVMFault("the value in \(quoted(token)) is not a finite float32") }
    return single
  }
}

/// What is wrong with a line.
struct LIBSVMFault: Error {
  let reason: String
  init(_ reason: String) { self.reason = reason }
}

private typealias Token = Slice<UnsafeRawBufferPointer>

private func quoted(_ token: Token) -> String {
  "\"\(String(decoding: token.prefix(40), as: UTF8.self))\(token.count > 40 ? "…" : "")\""
}

/// The words of a line, up to a comment.
private struct Tokens {
  private var rest: Token
  init(_ line: UnsafeRawBufferPointer) { rest = line[...] }

  mutating func next() -> Token? {
    rest = rest.drop { $0 == 0x20 || $0 == 0x09 }
    guard let first = rest.first, first != UInt8(ascii: "#") else { return nil }
    let end = rest.firstIndex { $0 == 0x20 || $0 == 0x09 } ?? rest.endIndex
    defer { rest = rest[end...] }
    return rest[..<end]
  }
}

/// A whole number of up to 18 digits, with or without a sign; nil for anything else.
private func integer(_ text: Token) -> Int64? {
  let isNegative = text.first == UInt8(ascii: "-")
  let digits = isNegative || text.first == UInt8(ascii: "+") ? text.dropFirst() : text
  guard !digits.isEmpty, digits.count <= 18 else { return nil }
  var value: Int64 = 0
  for byte in digits {
    guard (0x30...0x39).contains(byte) else { return nil }
    value = value * 10 + Int64(byte - 0x30)
  }
  return isNegative ? -value : value
}

/// A decimal number, `nan` and `inf` included; nil for anything else.
private func number(_ text: Token) -> Double? {
  if let whole = integer(text) { return Double(whole) }
  guard let first = text.first, first > 0x20,
    !text.contains(where: { $0 == UInt8(ascii: "x") || $0 == UInt8(ascii: "X") })
  else { return nil }
  return withUnsafeTemporaryAllocation(byteCount: text.count + 1, alignment: 1) { copy -> Double? in
    copy.copyBytes(from: text)
    copy[text.count] = 0
    let start = copy.baseAddress!.assumingMemoryBound(to: CChar.self)
    var end: UnsafeMutablePointer<CChar>?
    let value = strtod(start, &end)
    return end == start + text.count ? value : nil
  }
}
