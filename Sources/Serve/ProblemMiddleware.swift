import HTTPTypes
import Hummingbird
import Logging

/// Turns every error into the API's one shape. What is not meant for the client is logged, not shown.
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
  /// The methods of each path; all paths of this API are fixed.
  let methods: [String: [HTTPRequest.Method]]
  let logger: Logger

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let problem as Problem {
      return problem.response
    } catch let error as any HTTPResponseError {
      return problem(error, request).response
    } catch {
      logger.error("request failed", metadata: ["path": "\(context.endpointPath ?? "")", "error": "\(error)"])
      return Problem(status: .internalServerError, message: "the server failed to answer; its log says why").response
    }
  }

  private func problem(_ error: any HTTPResponseError, _ request: Request) -> Problem {
    switch error.status {
    case .notFound:
      guard let allowed = methods[request.uri.path] else {
        return Problem(status: .notFound, message: "there is no such path; see docs/openapi.yaml")
      }
      let names = allowed.map(\.rawValue).joined(separator: ", ")
      return Problem(
        status: .methodNotAllowed, message: "expected \(names), found \(request.method.rawValue)",
        headers: [.allow: names])
    case .contentTooLarge: return Problem(status: .contentTooLarge, message: "the body is larger than this path takes")
    case let status: return Problem(status: status, message: status.reasonPhrase)
    }
  }
}
