import Events
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals

/// The server: its parts, put together.
struct Server: Sendable {
  typealias Context = BasicRequestContext

  let settings: Settings
  let logger: Logger
  let metrics: ServiceMetrics
  let store: EventStore
  let suggester: Suggester
  let writer: EventWriter

  /// Reads catalogue and experiment and looks for the history; a server cannot start without them being right.
  init(_ settings: Settings, logger: Logger) throws {
    try settings.checkHistory()
    let metrics = ServiceMetrics()
    let suggester = Suggester(
      catalogue: try Catalogue(path: settings.propositions), experiment: try activeExperiment(in: settings.experiments),
      settings: settings, metrics: metrics, logger: logger)
    let store = EventStore(path: settings.events, metrics: metrics, logger: logger)
    self.settings = settings
    self.logger = logger
    self.metrics = metrics
    self.suggester = suggester
    self.store = store
    writer = EventWriter(
      store: store, limit: settings.eventQueueLimit, metrics: metrics, onStored: suggester.observe)
  }

  /// Serves until SIGTERM or SIGINT.
  func run() async throws {
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: services.map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) },
        gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    try await group.run()
    logger.info("stopped")
  }

  /// They start in this order and stop in the other, so that what the last requests log still reaches the disk.
  private var services: [any Service] { [writer, warmUp, application] }

  var warmUp: WarmUp {
    WarmUp(settings: settings, suggester: suggester, store: store, metrics: metrics, logger: logger)
  }

  var application: Application<RouterResponder<Context>> {
    Application(
      router: router,
      configuration: ApplicationConfiguration(
        address: .hostname(settings.host, port: settings.port), serverName: nil),
      onServerRunning: { [logger, settings] channel in
        let port = channel.localAddress?.port ?? settings.port
        logger.info("listening", metadata: ["url": "http://\(settings.host):\(port)"])
      },
      logger: quietLogger)
  }

  /// Hummingbird's own lines are for those who debug it.
  private var quietLogger: Logger {
    var logger = logger
    logger.logLevel = max(logger.logLevel, .warning)
    return logger
  }

  private var router: Router<Context> {
    let router = Router(context: Context.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: MetricsMiddleware(metrics: metrics, routes: Set(Self.methods.keys)))
    router.add(middleware: ProblemMiddleware(methods: Self.methods, logger: logger))
    SuggestRoute(suggester: suggester, writer: writer).add(to: router)
    EventRoutes(store: store, writer: writer).add(to: router)
    StatusRoutes(suggester: suggester, writer: writer, metrics: metrics).add(to: router)
    return router
  }

  /// Every path with its methods.
  static let methods: [String: [HTTPRequest.Method]] = [
    "/suggest": [.post], "/log_event": [.post], "/events": [.get, .head], "/health": [.get, .head],
    "/health/ready": [.get, .head], "/models": [.get, .head], "/experiments": [.get, .head], "/metrics": [.get, .head],
  ]
}
