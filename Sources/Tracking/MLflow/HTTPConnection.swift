internal import Foundation
internal import FoundationNetworking
internal import Synchronization

/// Requests to one HTTP server, one after the other, from a command that has nothing else to do meanwhile.
///
/// A request that failed for a reason that passes (no connection, 429, 500, 502, 503, 504) is tried again after a pause
/// that doubles; one that is not idempotent only where the server cannot have acted on it: no connection, 429, 503.
final class HTTPConnection {
  struct Answer {
    var status: Int
    var body: Data
  }

  struct Options: Sendable {
    /// Of each attempt, without any byte from the server.
    var timeoutSeconds = 30.0
    var attempts = 4
    /// Before the second attempt; then twice as long each time. The server's Retry-After goes before it.
    var firstPauseSeconds = 0.5
    /// The longest pause, whatever the server asks for.
    var longestPauseSeconds = 30.0
  }

  private let headers: [String: String]
  private let options: Options
  private let session: URLSession

  init(headers: [String: String], options: Options = Options()) {
    self.headers = headers
    self.options = options
    let configuration = URLSessionConfiguration.ephemeral
    configuration.timeoutIntervalForRequest = options.timeoutSeconds
    configuration.timeoutIntervalForResource = 3600
    session = URLSession(configuration: configuration, delegate: NoRedirects(), delegateQueue: nil)
  }

  deinit { session.invalidateAndCancel() }

  /// Sends a request and returns the answer, whatever its status is.
  ///
  /// - Throws: ``TrackingError`` when no attempt was answered.
  func send(
    _ method: String, _ url: URL, body: Data? = nil, contentType: String = "application/json", isIdempotent: Bool
  ) throws(TrackingError) -> Answer {
    var request = URLRequest(url: url)
    request.httpMethod = method
    request.httpBody = body
    if body != nil { request.setValue(contentType, forHTTPHeaderField: "Content-Type") }
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    var pause = options.firstPauseSeconds
    var attempt = 1
    while true {
      let (outcome, retryAfter) = attemptOnce(request)
      let maySend = attempt < options.attempts && outcome.mayBeTriedAgain(isIdempotent: isIdempotent)
      guard maySend else {
        switch outcome {
        case .answer(let answer): return answer
        case .failure(let error, _):
          throw .server(
            "\(method) \(url.absoluteString): \(error.localizedDescription)"
              + (attempt > 1 ? " (tried \(attempt) times)" : ""))
        }
      }
      Thread.sleep(forTimeInterval: min(retryAfter ?? pause, options.longestPauseSeconds))
      pause *= 2
      attempt += 1
    }
  }

  private enum Outcome {
    case answer(Answer)
    case failure(any Error, reachedServer: Bool)

    func mayBeTriedAgain(isIdempotent: Bool) -> Bool {
      switch self {
      case .answer(let answer):
        [429, 503].contains(answer.status) || isIdempotent && [500, 502, 504].contains(answer.status)
      case .failure(_, let reachedServer): isIdempotent || !reachedServer
      }
    }
  }

  private final class Box: Sendable {
    let result = Mutex<(data: Data?, response: URLResponse?, error: (any Error)?)>((nil, nil, nil))
    let done = DispatchSemaphore(value: 0)
  }

  private func attemptOnce(_ request: URLRequest) -> (Outcome, retryAfter: Double?) {
    let box = Box()
    session.dataTask(with: request) { data, response, error in
      box.result.withLock { $0 = (data, response, error) }
      box.done.signal()
    }.resume()
    box.done.wait()
    let result = box.result.withLock { $0 }
    guard let response = result.response as? HTTPURLResponse else {
      let error = result.error ?? URLError(.badServerResponse)
      let unreachable: [URLError.Code] = [.cannotConnectToHost, .cannotFindHost, .dnsLookupFailed]
      let reached = (error as? URLError).map { !unreachable.contains($0.code) } ?? true
      return (.failure(error, reachedServer: reached), nil)
    }
    let retryAfter = response.value(forHTTPHeaderField: "Retry-After").flatMap(Double.init)
    return (.answer(Answer(status: response.statusCode, body: result.data ?? Data())), retryAfter)
  }

  /// A redirect would carry the credentials elsewhere, and turn POST into GET: the answer is taken as it is.
  private final class NoRedirects: NSObject, URLSessionTaskDelegate {
    func urlSession(
      _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
      newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
    ) { completionHandler(nil) }
  }
}
