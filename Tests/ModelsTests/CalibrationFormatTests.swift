import Foundation
import Models
import Testing

@Suite("calibration.json")
struct CalibrationFormatTests {
  let folder: RegistryFolder

  init() throws { folder = try RegistryFolder() }

  static let platt = Calibration(map: .platt(slope: 1.25, intercept: -0.5), split: "validation", rows: 42)
  static let isotonic = Calibration(
    map: .isotonic(logOdds: [-2, -1, 1], probabilities: [0, 0.25, 0.75]), split: "validation", rows: 42)

  private func draft(_ calibration: Calibration?) -> ModelRegistry.Draft {
    var draft = ModelRegistry.Draft.tiny
    draft.calibration = calibration
    return draft
  }

  @Test("Byte by byte")
  func golden() throws {
    let artifact = try folder.registry.add(draft(Self.platt), as: "tiny")
    #expect(artifact.calibration == Self.platt)
    #expect(artifact.manifest.files["calibration.json"] != nil)
    #expect(
      try folder.text("tiny/1/calibration.json") == """
        {
          "intercept" : -0.5,
          "method" : "platt",
          "rows" : 42,
          "slope" : 1.25,
          "split" : "validation"
        }
        """)
    #expect(try folder.registry.add(draft(Self.isotonic), as: "tiny").calibration == Self.isotonic)
  }

  @Test("A model without one is whole, and its probability is the logistic function's")
  func absent() throws {
    let artifact = try folder.registry.add(draft(nil), as: "tiny")
    #expect(artifact.calibration == nil)
    #expect(try !folder.everything().contains { $0.hasSuffix("calibration.json") })
    let scorer = Scorer(artifact)
    #expect(scorer.probability(logOdds: 0) == 0.5 && scorer.calibrated(logOdds: 0.3) == 0.3)
    #expect(scorer.probability(logOdds: 800) == 1 && scorer.probability(logOdds: -800) == 0)
  }

  @Test("The scorer's probability goes through it")
  func applied() throws {
    let platt = Scorer(try folder.registry.add(draft(Self.platt), as: "tiny"))
    #expect(abs(platt.probability(logOdds: 2) - 1 / (1 + exp(-2.0))) < 1e-15)
    #expect(platt.calibrated(logOdds: 2) == 2)
    let isotonic = Scorer(try folder.registry.add(draft(Self.isotonic), as: "tiny"))
    let expected = [(-9.0, 0.0), (-2, 0), (-1.5, 0.125), (-1, 0.25), (0, 0.5), (1, 0.75), (9, 0.75)]
    for (z, p) in expected { #expect(isotonic.probability(logOdds: z) == p, "\(z)") }
    #expect(abs(isotonic.calibrated(logOdds: 1) - log(3.0)) < 1e-15)
    #expect(isotonic.calibrated(logOdds: -9).isFinite, "a probability of 0 does not make log loss infinite")
  }

  @Test("Never turns the order round", arguments: [platt, isotonic])
  func monotone(_ calibration: Calibration) {
    let probabilities = stride(from: -5.0, through: 5, by: 0.001).map { calibration.probability(logOdds: $0) }
    #expect(zip(probabilities, probabilities.dropFirst()).allSatisfy { $0 <= $1 })
  }

  @Test(
    "What is not a rising map is not written",
    arguments: [
      .platt(slope: 0, intercept: 0), .platt(slope: -1, intercept: 0), .isotonic(logOdds: [], probabilities: []),
      .isotonic(logOdds: [0, 0], probabilities: [0, 1]), .isotonic(logOdds: [0, 1], probabilities: [0.5, 0.4]),
      .isotonic(logOdds: [0, 1], probabilities: [0.5, 1.5]), .isotonic(logOdds: [0, 1], probabilities: [0.5]),
    ] as [Calibration.Map])
  func damage(_ map: Calibration.Map) throws {
    let error = #expect(throws: ModelError.self) {
      try folder.registry.add(draft(Calibration(map: map, split: "validation", rows: 1)), as: "tiny")
    }
    #expect("\(try #require(error))".contains("calibration.json"))
    #expect(folder.registry.versions(of: "tiny") == [])
  }

  @Test("An unknown method is damage")
  func unknownMethod() throws {
    let json = #"{"method":"beta","split":"validation","rows":1}"#
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Calibration.self, from: Data(json.utf8)) }
  }

  @Test("Platt's goes into the coefficients of an export, isotonic does not go at all")
  func exported() throws {
    let artifact = try folder.registry.add(draft(Self.platt), as: "tiny")
    let (own, folded) = (Scorer(artifact), Scorer(model: try artifact.calibratedModel(), scaling: artifact.scaling))
    for features: [Float] in [[0, 0], [3, -2], [1e3, 7]] {
      let (z, calibrated) = features.withUnsafeBufferPointer { (own.logOdds($0), folded.logOdds($0)) }
      #expect(abs(own.calibrated(logOdds: z) - calibrated) < 1e-9)
    }
    let isotonic = try folder.registry.add(draft(Self.isotonic), as: "tiny")
    let error = #expect(throws: ModelError.self) { try isotonic.calibratedModel() }
    #expect("\(try #require(error))".contains("isotonic"))
    #expect(try folder.registry.add(draft(nil), as: "tiny").calibratedModel() == isotonic.model)
  }
}
