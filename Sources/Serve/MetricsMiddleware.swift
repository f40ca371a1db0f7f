import HTTPTypes
import Hummingbird

/// Counts and times requests by route template; what a client made up never becomes a label.
struct MetricsMiddleware<Context: RequestContext>: RouterMiddleware {
  let metrics: ServiceMetrics
  let routes: Set<String>

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    let response = try await next(request, context)
    let route = [context.endpointPath ?? "", request.uri.path].first(where: routes.contains) ?? "unmatched"
    metrics.requests.add(1, Self.label(request.method), route, String(response.status.code))
    metrics.requestDuration.observe((ContinuousClock.now - start) / .seconds(1), route)
    return response
  }

  private static func label(_ method: HTTPRequest.Method) -> String {
    switch method {
    case .get, .head, .post, .put, .delete, .patch, .options: method.rawValue
    default: "other"
    }
  }
}
