import Models
import Testing

@Suite("Standard errors in model.json")
struct StandardErrorsFormatTests {
  let folder: RegistryFolder

  init() throws { folder = try RegistryFolder() }

  private func draft(_ errors: LinearModel.StandardErrors?) -> ModelRegistry.Draft {
    var draft = ModelRegistry.Draft.tiny
    draft.model.standardErrors = errors
    return draft
  }

  @Test("Byte by byte")
  func golden() throws {
    let errors = LinearModel.StandardErrors(kind: "request", coefficients: [0.05, 0], intercept: 1.0 / 3)
    let artifact = try folder.registry.add(draft(errors), as: "tiny")
    #expect(artifact.model.standardErrors == errors)
    #expect(
      try folder.text("tiny/1/model.json") == """
        {
          "coefficients" : [
            0.1,
            -2.5e-07
          ],
          "features" : [
            "age",
            "place"
          ],
          "intercept" : -3,
          "standard_errors" : {
            "coefficients" : [
              0.05,
              0
            ],
            "intercept" : 0.3333333333333333,
            "kind" : "request"
          }
        }
        """)
  }

  @Test("Absent, and read as none, where there are none")
  func absent() throws {
    let artifact = try folder.registry.add(draft(nil), as: "tiny")
    #expect(artifact.model.standardErrors == nil)
    #expect(try folder.text("tiny/1/model.json") == ArtifactFormatTests.model)
  }

  @Test(
    "Not one a coefficient, or below 0, is damage",
    arguments: [([0.1], 1), ([0.1, 0.2, 0.3], 1), ([0.1, -0.2], 1), ([0.1, 0.2], -1)] as [([Double], Double)])
  func damage(_ coefficients: [Double], _ intercept: Double) throws {
    let errors = LinearModel.StandardErrors(kind: "hessian", coefficients: coefficients, intercept: intercept)
    let error = #expect(throws: ModelError.self) { try folder.registry.add(draft(errors), as: "tiny") }
    #expect("\(try #require(error))".contains("standard_errors"))
    #expect(folder.registry.versions(of: "tiny") == [])
  }
}
