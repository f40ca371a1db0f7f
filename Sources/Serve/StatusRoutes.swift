import Events
import Experiments
import Hummingbird
import JSON

/// What operators and load balancers ask: `/health`, `/health/ready`, `/models`, `/experiments`, `/metrics`.
struct StatusRoutes: Sendable {
  let suggester: Suggester
  let writer: EventWriter
  let metrics: ServiceMetrics

  func add<Context: RequestContext>(to router: Router<Context>) {
    router.get("/health") { _, _ in Response { $0.field("status", "ok") } }
    router.get("/health/ready") { _, _ in
      guard suggester.isReady else { throw Problem.unavailable("the server is still reading the event log") }
      return Response { $0.field("status", "ready") }
    }
    router.get("/models") { _, _ in models }
    router.get("/experiments") { _, _ in experiments }
    router.get("/metrics") { _, _ in
      metrics.eventQueueDepth.set(Double(writer.depth))
      return Response(
        status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.text)))
    }
  }

  private var models: Response {
    Response { body in
      body.key("models")
      body.array { list in
        for model in suggester.loadedModels {
          list.object { item in
            item.field("model", model.reference)
            item.field("hash", model.hash)
            item.field("since", model.since.description)
            item.key("features")
            item.array { features in for name in model.features { features.string(name) } }
          }
        }
      }
    }
  }

  private var experiments: Response {
    Response { body in
      body.key("experiments")
      body.array { list in
        guard let experiment = suggester.experiment else { return }
        list.object { item in
          item.field("name", experiment.name)
          item.field("salt", experiment.salt)
          item.key("buckets")
          item.integer(bucketCount)
          item.key("variants")
          item.array { variants in
            for (variant, end) in zip(experiment.variants, experiment.bucketEnds) {
              variants.object { item in
                item.field("name", variant.name)
                item.key("weight")
                item.number(variant.weight)
                item.key("bucket_end")
                item.integer(end)
                item.field("model", variant.model)
                item.field("loaded", suggester.model(variant.model)?.reference)
              }
            }
          }
        }
      }
    }
  }
}
