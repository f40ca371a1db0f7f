import Foundation
import TestSupport
import Testing

@testable import Tracking

@Suite("Requests and when they are tried again")
struct HTTPConnectionTests {
  static let quick = HTTPConnection.Options(timeoutSeconds: 1, attempts: 3, firstPauseSeconds: 0.01)

  func send(
    _ server: SmallHTTPServer, isIdempotent: Bool, options: HTTPConnection.Options = quick
  ) throws -> HTTPConnection.Answer {
    let connection = HTTPConnection(headers: ["Authorization": "Bearer t"], options: options)
    return try connection.send(
      "POST", URL(string: "\(server.address)/a/b")!, body: Data("ü".utf8), isIdempotent: isIdempotent)
  }

  @Test("Method, path, headers and body arrive")
  func request() throws {
    let server = try SmallHTTPServer { _, _ in .init(200, "x") }
    let answer = try send(server, isIdempotent: false)
    #expect(answer.status == 200 && answer.body == Data("x".utf8))
    let request = try #require(server.requests.first)
    #expect(request.method == "POST" && request.target == "/a/b" && request.body == "ü")
    #expect(request.headers["authorization"] == "Bearer t" && request.headers["content-type"] == "application/json")
  }

  @Test(
    "A failure that passes is tried again where that does no harm",
    arguments: [
      (429, false, 3), (503, false, 3), (500, false, 1), (502, false, 1), (504, false, 1), (500, true, 3),
      (502, true, 3),
      (504, true, 3), (404, true, 1), (400, true, 1),
    ])
  func retries(status: Int, isIdempotent: Bool, expected: Int) throws {
    let server = try SmallHTTPServer { _, _ in .init(status) }
    #expect(try send(server, isIdempotent: isIdempotent).status == status)
    #expect(server.requests.count == expected)
  }

  @Test("The answer after a failure counts")
  func recovery() throws {
    let server = try SmallHTTPServer { _, count in count == 0 ? .init(503) : .init(200, "late") }
    #expect(try send(server, isIdempotent: false).body == Data("late".utf8))
  }

  @Test("The server's Retry-After goes before the pause, up to the longest")
  func retryAfter() throws {
    let server = try SmallHTTPServer { _, count in
      count == 0 ? .init(429, headers: ["Retry-After": "3600"]) : .init(200)
    }
    var options = Self.quick
    options.longestPauseSeconds = 0.2
    let began = ContinuousClock.now
    #expect(try send(server, isIdempotent: false, options: options).status == 200)
    #expect(ContinuousClock.now - began >= .milliseconds(200))
  }

  @Test("Nobody there: an error that names the request and the attempts")
  func refused() throws {
    let port = try SmallHTTPServer { _, _ in .init() }.port  // Closed again at once.
    let connection = HTTPConnection(headers: [:], options: Self.quick)
    let error = #expect(throws: TrackingError.self) {
      try connection.send("GET", URL(string: "http://127.0.0.1:\(port)/x")!, isIdempotent: false)
    }
    #expect("\(try #require(error))".contains("GET http://127.0.0.1:\(port)/x: "))
    #expect("\(try #require(error))".contains("(tried 3 times)"))
  }

  @Test("A server that says nothing ends in a timeout, and a request that may have been acted on is not sent twice")
  func timeout() throws {
    let server = try SmallHTTPServer { _, _ in .init(delaySeconds: 3) }
    #expect(throws: TrackingError.self) { try send(server, isIdempotent: false) }
    #expect(server.requests.count == 1)
  }

  @Test("A redirect is not followed: it would carry the credentials elsewhere")
  func redirect() throws {
    let server = try SmallHTTPServer { _, _ in .init(302, headers: ["Location": "http://127.0.0.1:1/elsewhere"]) }
    #expect(try send(server, isIdempotent: false).status == 302)
  }
}
