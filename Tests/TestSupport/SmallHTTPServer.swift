internal import Foundation
internal import Glibc
internal import Synchronization

/// A real HTTP/1.1 server on a free port of the loopback, for tests of clients: it answers by a function and keeps what
/// it was asked. One request a connection.
public final class SmallHTTPServer: Sendable {
  public struct Request: Sendable {
    public var method: String
    /// With the query.
    public var target: String
    /// By lower-case name.
    public var headers: [String: String]
    public var body: String
  }

  public struct Answer: Sendable {
    var status: Int
    var headers: [String: String]
    var body: String
    var delaySeconds: Double

    public init(_ status: Int = 200, _ body: String = "{}", headers: [String: String] = [:], delaySeconds: Double = 0) {
      self.status = status
      self.headers = headers
      self.body = body
      self.delaySeconds = delaySeconds
    }
  }

  public let port: UInt16
  public var address: String { "http://127.0.0.1:\(port)" }
  /// Every request so far, in order.
  public var requests: [Request] { log.requests.withLock { $0 } }

  private let socket: Int32
  private let log = Log()

  private final class Log: Sendable {
    let requests = Mutex<[Request]>([])
  }

  /// - Parameter answer: gets a request and how many came before it.
  public init(_ answer: @escaping @Sendable (Request, Int) -> Answer) throws {
    let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, 64) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard isListening else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    socket = descriptor
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { [log] in
      while true {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0 else { return }
        defer { close(connection) }
        guard let request = Self.read(connection) else { continue }
        let count = log.requests.withLock { requests in
          requests.append(request)
          return requests.count - 1
        }
        Self.write(answer(request, count), to: connection)
      }
    }
  }

  deinit {
    shutdown(socket, Int32(SHUT_RDWR))
    close(socket)
  }

  private static func read(_ connection: Int32) -> Request? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    let separator = Array("\r\n\r\n".utf8)
    var headerEnd: Int?
    var expected = Int.max
    var head: [String] = []
    var headers: [String: String] = [:]
    while bytes.count < expected {
      let count = Glibc.read(connection, &buffer, buffer.count)
      guard count > 0 else { return nil }
      bytes += buffer[..<count]
      guard headerEnd == nil, let range = bytes.firstRange(of: separator) else { continue }
      headerEnd = range.upperBound
      head = String(decoding: bytes[..<range.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
      for line in head.dropFirst() {
        guard let colon = line.firstIndex(of: ":") else { continue }
        headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      }
      expected = range.upperBound + (headers["content-length"].flatMap { Int($0) } ?? 0)
      if headers["expect"] != nil { write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8), to: connection) }
    }
    let words = head[0].split(separator: " ").map(String.init)
    return Request(
      method: words[0], target: words[1], headers: headers, body: String(decoding: bytes[headerEnd!...], as: UTF8.self))
  }

  private static func write(_ answer: Answer, to connection: Int32) {
    if answer.delaySeconds > 0 { Thread.sleep(forTimeInterval: answer.delaySeconds) }
    let headers = answer.headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\r\n" }.joined()
    write(
      Array(
        ("HTTP/1.1 \(answer.status) Answer\r\nContent-Length: \(answer.body.utf8.count)\r\nConnection: close\r\n"
          + "Content-Type: application/json\r\n\(headers)\r\n\(answer.body)").utf8), to: connection)
  }

  private static func write(_ bytes: [UInt8], to connection: Int32) {
    _ = bytes.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
  }
}
