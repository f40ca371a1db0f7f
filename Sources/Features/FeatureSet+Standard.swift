internal import Events

extension FeatureSet {
  /// The set that is used where no file is given; `docs/features.md` shows it as a file.
  public static let standard: FeatureSet = {
    let chosen: [Event.Kind] = [.click, .accept]
    func rate(_ by: [Feature.Dimension], window: TimeSpan = .all, strength: Double) -> Feature.Definition {
      .rate(
        .init([.click], by: by, window: window), over: .init([.served], by: by, window: window), prior: .global,
        strength: strength, .logit)
    }
    func ownRate(strength: Double) -> Feature.Definition {
      .rate(
        .init([.click], by: [.user], resolution: .hours(0)), over: .init([.served], by: [.user], resolution: .hours(0)),
        prior: .global, strength: strength, .logit)
    }
    return FeatureSet(features: [
      Feature("proposition_ctr", rate([.proposition], strength: 50), reason: "Often chosen"),
      Feature("proposition_ctr_7d", rate([.proposition], window: .days(7), strength: 50), reason: "Popular this week"),
      Feature(
        "proposition_accepts",
        .rate(
          .init([.accept], by: [.proposition]), over: .init([.served], by: [.proposition]), prior: .global,
          strength: 50, .logit), reason: "Often accepted"),
      Feature("proposition_served", .count(.init([.served], by: [.proposition]), .log1p), reason: "Well known"),
      Feature(
        "proposition_last_chosen", .recency(.init(chosen, by: [.proposition]), cap: .days(30), .log1p),
        reason: "Chosen recently"),
      Feature("proposition_age", .age(.log1p), reason: "New"),
      Feature("category_ctr", rate([.category], strength: 50), reason: "From a popular category"),
      Feature("user_ctr", ownRate(strength: 50)),
      Feature("user_category_ctr", rate([.user, .category], strength: 10), reason: "From a category you like"),
      Feature("user_proposition_ctr", rate([.user, .proposition], strength: 5), reason: "You chose it before"),
      Feature(
        "user_proposition_dismissed", .count(.init([.dismiss], by: [.user, .proposition]), .log1p)),
      Feature("user_last_chosen", .recency(.init(chosen, by: [.user], resolution: .hours(0)), cap: .days(30), .log1p)),
      Feature("device_category_ctr", rate([.device, .category], strength: 50), reason: "Fits your device"),
      Feature("category", .category(.proposition("category"), .values(nil))),
      Feature("device", .category(.device, .values(["web", "mobile", "tablet"]))),
      Feature("time_of_day", .timeOfDay),
      Feature("position", .position(serving: 1, .log)),
    ])
  }()
}
