import Hummingbird

/// `POST /suggest`.
struct SuggestRoute: Sendable {
  let suggester: Suggester
  let writer: EventWriter

  func add<Context: RequestContext>(to router: Router<Context>) {
    router.post("/suggest") { request, _ in try await suggest(request) }
  }

  private func suggest(_ request: Request) async throws -> Response {
    let start = ContinuousClock.now
    let query = try await request.json(upTo: SuggestQuery.bodyLimit) { try SuggestQuery(json: $0) }
    let (suggestion, event) = suggester.suggest(query, since: start)
    writer.enqueue(event)
    return suggestion.response(catalogue: suggester.catalogue, latency: ContinuousClock.now - start)
  }
}
