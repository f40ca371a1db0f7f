import Foundation
import Models
import SwiftProtobuf
import Testing

@testable import PortableModels

/// What the file says; that ONNX Runtime reads it and scores as we do is for Tests/Portability/onnx_check.py to show.
@Suite("The ONNX file")
struct ONNXFileTests {
  let fixture: PortableFixture

  init() throws { fixture = try PortableFixture() }

  /// The graph, a field a line: key and length, then the content, as ONNX numbers and types the fields.
  static let graph = [
    // Node: input 1, output 2, name 3, operator 4, attribute 5 (name 1, i 3, type 20).
    "0a29" + "0a" + text("features") + "12" + text("exact") + "1a" + text("exact") + "22" + text("Cast")
      + "2a09" + "0a" + text("to") + "180b" + "a00102",
    "0a24" + "0a" + text("exact") + "0a" + text("mean") + "12" + text("centred") + "1a" + text("centred") + "22"
      + text("Sub"),
    "0a25" + "0a" + text("centred") + "0a" + text("scale") + "12" + text("scaled") + "1a" + text("scaled") + "22"
      + text("Div"),
    "0a30" + "0a" + text("scaled") + "0a" + text("coefficients") + "12" + text("product") + "1a" + text("product")
      + "22" + text("MatMul"),
    "0a2d" + "0a" + text("product") + "0a" + text("intercept") + "12" + text("log_odds") + "1a" + text("log_odds")
      + "22" + text("Add"),
    "0a2d" + "0a" + text("log_odds") + "12" + text("probability") + "1a" + text("probability") + "22"
      + text("Sigmoid"),
    "12" + text("ranker"),
    // Tensor: dims 1, type 2 (11 is float64), name 8, numbers 10, little-endian.
    "2a1d" + "0a0102" + "100b" + "42" + text("mean") + "5210" + "555555555555d53f" + "0000000000000000",
    "2a1e" + "0a0102" + "100b" + "42" + text("scale") + "5210" + "0000000000000040" + "9c7500883ce4377e",
    "2a25" + "0a0102" + "100b" + "42" + text("coefficients") + "5210" + "000000000000e03f" + "8dedb5a0f7c690be",
    "2a1a" + "0a0101" + "100b" + "42" + text("intercept") + "5208" + "00000000000008c0",
    // Input: name 1, type 2, in it tensor 1: type 1 (1 is float32), shape 2 of dims 1: named 2, fixed 1.
    "5a1b" + "0a" + text("features") + "120f" + "0a0d" + "0801" + "1209" + "0a03" + "12" + text("N") + "0a02" + "0802",
    "6217" + "0a" + text("log_odds") + "120b" + "0a09" + "080b" + "1205" + "0a03" + "12" + text("N"),
    "621a" + "0a" + text("probability") + "120b" + "0a09" + "080b" + "1205" + "0a03" + "12" + text("N"),
  ].joined()

  /// A text with its length before it, in hexadecimal.
  static func text(_ text: String) -> String { hexadecimal([UInt8(text.utf8.count)] + Array(text.utf8)) }

  static func hexadecimal(_ bytes: [UInt8]) -> String { bytes.map { String(format: "%02x", $0) }.joined() }

  @Test("The graph byte by byte")
  func golden() throws {
    let model = try ONNXModel(serializedBytes: ONNXFile(fixture.artifact).bytes)
    let bytes: [UInt8] = try model.graph.serializedBytes()
    #expect(Self.hexadecimal(bytes) == Self.graph)
  }

  @Test("The frame around the graph, and the metadata")
  func frame() throws {
    let bytes = try ONNXFile(fixture.artifact).bytes
    // ir_version 8, the producer's name and version.
    let head = "0808" + "12" + Self.text("predictive-propositions") + "1a" + Self.text(toolVersion)
    #expect(Self.hexadecimal(bytes).hasPrefix(head))
    let model = try ONNXModel(serializedBytes: bytes)
    #expect(model.opsetImport.map(\.domain) == [""] && model.opsetImport.map(\.version) == [17])
    #expect(
      Dictionary(uniqueKeysWithValues: model.metadataProps.map { ($0.key, $0.value) }) == [
        "features": #"["it's \"new\"","place"]"#, "model": "tiny/1", "manifest_sha256": fixture.artifact.hash,
        "serving_values": #"{"place":0.0}"#,
      ])
  }

  @Test("The same model gives the same bytes")
  func deterministic() throws {
    #expect(try ONNXFile(fixture.artifact).bytes == ONNXFile(PortableFixture().artifact).bytes)
  }
}
