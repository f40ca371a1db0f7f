import Events
import Hummingbird
import JSON

/// `POST /log_event` and `GET /events`.
struct EventRoutes: Sendable {
  static let bodyLimit = 1 << 20
  static let arrayLimit = 1000
  static let identifierLimit = 256
  static let pageSizes = 1...1000

  let store: EventStore
  let writer: EventWriter

  func add<Context: RequestContext>(to router: Router<Context>) {
    router.post("/log_event") { request, _ in try await log(request) }
    router.get("/events") { request, _ in try await page(request) }
  }

  // MARK: Writing

  private func log(_ request: Request) async throws -> Response {
    let events = try await request.json(upTo: Self.bodyLimit) { try Self.events($0, now: .now) }
    let outcomes: [SQLiteEventLog.AppendOutcome]
    do {
      outcomes = try await writer.log(events)
    } catch is EventWriter.QueueFull {
      throw Problem.unavailable("more events wait for the disk than may; nothing of this request was stored")
    } catch is EventStore.Unavailable {
      throw Problem.unavailable("the event log cannot be written; nothing of this request was stored")
    }
    let accepted = outcomes.count { $0 == .stored }
    return Response(status: .accepted) { body in
      body.key("accepted")
      body.integer(accepted)
      body.key("duplicates")
      body.integer(outcomes.count - accepted)
    }
  }

  private static func events(_ json: JSONValue, now: Timestamp) throws -> [Event] {
    guard json.kind == .array else { return [try event(json, now: now)] }
    let events = try json.map { try event($0, now: now) }
    guard (1...arrayLimit).contains(events.count) else {
      throw JSONError(reason: "expected 1 to \(arrayLimit) events, found \(events.count)")
    }
    return events
  }

  private static func event(_ json: JSONValue, now: Timestamp) throws -> Event {
    var event = try Event(json: json, now: now)
    guard event.kind != .served else {
      throw JSONError(
        path: "event_type", reason: "expected impression, click, accept or dismiss; the server itself logs served")
    }
    let identifiers = [
      ("user_id", event.userID), ("proposition_id", event.propositionID), ("event_id", event.id),
      ("request_id", event.requestID), ("session_id", event.sessionID), ("device", event.device),
      ("context_type", event.contextType),
    ]
    for (field, text) in identifiers where (text?.utf8.count ?? 0) > identifierLimit {
      throw JSONError(path: field, reason: "expected at most \(identifierLimit) bytes, found \(text?.utf8.count ?? 0)")
    }
    event.id = event.madeID
    return event
  }

  // MARK: Reading

  private func page(_ request: Request) async throws -> Response {
    let query = try EventQuery(request.uri.queryParameters)
    let page: SQLiteEventLog.Page
    do {
      page = try await store.read { try $0.page(query.filter, after: query.cursor, limit: query.limit) }
    } catch {
      throw Problem.unavailable("the event log cannot be read")
    }
    return Response { body in
      body.key("events")
      body.array { list in for event in page.events { list.raw(event) } }
      body.field("next", page.nextCursor.map { String($0) })
    }
  }
}
