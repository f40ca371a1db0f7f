internal import Evaluation
internal import JSON
internal import Models
internal import RankingMetrics

extension PositionBiasEvaluation {
  /// Two tables: the curve, and the rankings by reweighted clicks.
  var text: String {
    var places = Table("place", "shown", "clicked", "rate", "examination", "95 % interval")
    for place in curve.places {
      let examination = MetricValue(place.examination)
      places.add(
        "\(place.position)", grouped(place.shown), grouped(place.clicked), percent(place.clicked, of: place.shown),
        cell(examination), interval(examination))
    }
    var metrics = Table("by reweighted clicks", "ndcg@5", "95 % interval", "ndcg@10", "95 % interval")
    for ranking in rankings {
      let cells = ranking.metrics.flatMap { [cell($0.value), interval($0.value)] }
      metrics.add(ranking.name, cells[0], cells[1], cells[2], cells[3])
    }
    return """
      position bias: examination of each place over the first, from propositions shown at several places \
      (\(percent(Int((curve.share * 10_000).rounded()), of: 10_000)) of the rows); sound if places were randomised

      \(places.text)

      \(metrics.text)
      """
  }

  /// The field `position_bias`.
  func write(to writer: inout JSONWriter) {
    writer.key("position_bias")
    writer.object { writer in
      writer.field("share", curve.share)
      writer.key("places")
      writer.array { writer in
        for place in curve.places {
          writer.object { writer in
            writer.field("position", place.position)
            writer.field("shown", place.shown)
            writer.field("clicked", place.clicked)
            writer.field("examination", MetricValue(place.examination))
          }
        }
      }
      writer.key("rankings")
      writer.object { writer in
        for ranking in rankings {
          writer.key(ranking.name.replacing(" ", with: "_"))
          writer.object { writer in for metric in ranking.metrics { writer.field(metric.name, metric.value) } }
        }
      }
    }
  }
}
