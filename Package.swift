// swift-tools-version: 6.2
import PackageDescription

let ours: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

func module(
  _ name: String, path: String? = nil, _ dependencies: [Target.Dependency] = [], exclude: [String] = []
) -> Target {
  .target(name: name, dependencies: dependencies, path: path, exclude: exclude, swiftSettings: ours)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], fixtures: Bool = false) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.target(name: name), "TestSupport"] + dependencies,
    resources: fixtures ? [.copy("Fixtures")] : [], swiftSettings: ours)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
  name: "predictive-propositions",
  products: [
    .executable(name: "train", targets: ["Train"]),
    .executable(name: "serve", targets: ["Serve"]),
  ],
  traits: [
    .trait(name: "Postgres", description: "Reads and keeps the event log in PostgreSQL, by libpq."),
    .trait(name: "MPI", description: "Fits on several machines at once, started by mpirun."),
    .default(enabledTraits: []),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(
      url: "https://github.com/apple/swift-configuration", from: "1.4.0",
      traits: [.defaults, "YAML"]),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    // C libraries: module maps and shims, no logic.
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev", "liblapacke-dev"])]),
    .systemLibrary(name: "CMPISystem", pkgConfig: "mpi", providers: [.apt(["libopenmpi-dev"])]),
    .target(
      name: "CMPIShim", dependencies: [.target(name: "CMPISystem", condition: .when(traits: ["MPI"]))],
      cSettings: [.define("WITH_MPI", .when(traits: ["MPI"]))]),
    .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .target(
      name: "CSimdjson",
      linkerSettings: [.linkedLibrary("simdjson")]),

    // Inner loops that a C compiler vectorises for the processor at hand.
    .target(name: "CKernels"),

    // What knows nothing of ours.
    module("Files", [crypto]),
    module("JSON", ["CSimdjson"]),
    module("YAML", [yams]),
    module("LinAlg", ["COpenBLAS"]),
    module("RankingMetrics", path: "Sources/Metrics"),
    module("Reports", [mustache]),
    module("Experiments", ["YAML", crypto]),

    // From the event log to a matrix.
    module("Events", ["Files", "JSON", grdb, .target(name: "CLibPQ", condition: .when(traits: ["Postgres"]))]),
    module("Features", ["Events", "YAML"]),
    module(
      "Datasets",
      [
        "Events", "Features", "Files", "JSON", "RankingMetrics",
        .product(name: "HeapModule", package: "swift-collections"),
      ]),

    // From the event log to a verdict on an experiment.
    module("ExperimentAnalysis", ["Events", "Experiments", "RankingMetrics"]),

    // From the matrix to a model.
    module("Learning", ["CKernels", "CMPIShim", "LinAlg"]),
    module("Models", ["Features", "Files"]),
    module("PortableModels", ["Features", "JSON", "Models", protobuf], exclude: ["onnx.proto"]),
    module("Tracking", ["Files", "JSON", "Models", "PortableModels"]),
    module("Evaluation", ["Datasets", "Models", "RankingMetrics"]),

    .executableTarget(
      name: "Train",
      dependencies: [
        "Datasets", "Evaluation", "Events", "ExperimentAnalysis", "Experiments", "Features", "Files", "JSON",
        "Learning", "LinAlg", "Models", "PortableModels", "RankingMetrics", "Reports", "Tracking", argumentParser,
      ],
      swiftSettings: ours),
    .executableTarget(
      name: "Serve",
      dependencies: [
        "Events", "Experiments", "Features", "Files", "JSON", "Models", "YAML", argumentParser,
        .product(name: "Configuration", package: "swift-configuration"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: ours),
    .testTarget(
      name: "ServeTests",
      dependencies: [
        "Events", "Experiments", "Features", "JSON", "Models", "Serve", yams,
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdTesting", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      swiftSettings: ours),

    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: ours),
    tests("Files"),
    tests("JSON"),
    tests("YAML"),
    tests("LinAlg", fixtures: true),
    tests("RankingMetrics", fixtures: true),
    tests("Reports"),
    tests("Events", ["Files", "JSON", grdb]),
    tests("Experiments", ["YAML"]),
    tests("ExperimentAnalysis", ["Events", "Experiments"]),
    tests("Features", ["Events", "YAML"]),
    tests("Datasets", ["Events", "Features", "RankingMetrics"]),
    tests("Learning", ["LinAlg"], fixtures: true),
    tests("Models", ["Features", "Files"]),
    tests("PortableModels", ["Models", protobuf]),
    tests("Tracking", ["Models"]),
    tests("Evaluation", ["Datasets", "Models", "RankingMetrics"]),
    tests("Train"),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
