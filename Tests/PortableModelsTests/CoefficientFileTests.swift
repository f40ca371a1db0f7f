import Foundation
import Models
import Testing

@testable import PortableModels

@Suite("Coefficients as JSON")
struct CoefficientFileTests {
  @Test("What is written is these bytes, and reads back as the same bits")
  func golden() throws {
    let file = try CoefficientFile(PortableFixture().artifact)
    #expect(
      file.text == """
        {"features":["it's \\"new\\"","place"],"classes":[0,1],"coef":[[0.5,-2.5e-07]],"intercept":[-3.0],\
        "mean":[0.3333333333333333,0.0],"scale":[2.0,1e+300]}

        """)
    #expect(try CoefficientFile(json: Array(file.text.utf8), file: "f") == file)
  }

  @Test("Plain numbers for the only row and intercept, and no scaler, are fine")
  func plain() throws {
    let file = try CoefficientFile(
      json: Array(#"{"coef": [1, 2.5], "features": ["a", "b"], "intercept": -1}"#.utf8), file: "f")
    #expect(file.model == LinearModel(features: ["a", "b"], coefficients: [1, 2.5], intercept: -1))
    #expect(file.scaling == FeatureScaling(features: ["a", "b"], mean: [0, 0], scale: [1, 1]))
  }

  @Test(
    "What is wrong is named, with its place",
    arguments: [
      ("", "JSON"), ("[]", "expected an object, found array"), ("{}", "field \"features\": is missing"),
      (#"{"features": ["a"], "intercept": 0}"#, "field \"coef\": is missing"),
      (#"{"features": ["a"], "coef": [1]}"#, "field \"intercept\": is missing"),
      (#"{"features": [], "coef": [], "intercept": 0}"#, "field \"features\": is empty"),
      (#"{"features": ["a", "a"], "coef": [1, 2], "intercept": 0}"#, "names \"a\" twice"),
      (#"{"features": ["a"], "coef": [1, 2], "intercept": 0}"#, "field \"coef\": has 2 numbers for 1 features"),
      (#"{"features": ["a"], "coef": [[1], [2]], "intercept": 0}"#, "expected one row of numbers"),
      (
        #"{"features": ["a"], "coef": [["x"]], "intercept": 0}"#,
        "field \"coef[0][0]\": expected a number, found string"
      ),
      (#"{"features": ["a"], "coef": [1], "intercept": [1, 2]}"#, "field \"intercept\": expected one number, found 2"),
      (#"{"features": ["a"], "coef": [1], "intercept": 0, "mean": [1, 2]}"#, "field \"mean\": has 2 numbers"),
      (#"{"features": ["a"], "coef": [1], "intercept": 0, "scale": [0]}"#, "field \"scale[0]\": is 0.0"),
      (#"{"features": ["a"], "coef": [1], "intercept": 0, "classes": [1, 0]}"#, "expected [0, 1]"),
      (#"{"features": ["a"], "coef": [1], "intercept": 0, "coef_": [1]}"#, "field \"coef_\": is not known"),
      (#"{"features": ["a"], "coef": [1], "coef": [2], "intercept": 0}"#, "field \"coef\": is there twice"),
      (#"{"features": ["a"], "coef": [NaN], "intercept": 0}"#, "f.json: "),
      (#"{"features": ["a"], "coef": [1e999], "intercept": 0}"#, "f.json: "),
    ])
  func mistakes(json: String, expected: String) throws {
    let error = #expect(throws: ModelError.self) { try CoefficientFile(json: Array(json.utf8), file: "f.json") }
    let text = "\(try #require(error))"
    #expect(text.hasPrefix("f.json: ") && text.contains(expected), "\(text)")
  }
}
