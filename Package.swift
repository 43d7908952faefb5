// swift-tools-version: 6.0
import PackageDescription

// Declarations in the place of Apple's frameworks: with them, what uses those is type-checked on Linux, too.
let stubs = Context.environment["APPLE_STUBS"] == nil ? [] : ["Security", "SwiftUI", "UIKit", "WatchKit"]

let package = Package(
  name: "BackgroundPushClient",
  platforms: [.iOS(.v15), .macOS(.v12), .tvOS(.v15), .visionOS(.v1), .watchOS(.v8)],
  products: [.library(name: "BackgroundPushClient", targets: ["BackgroundPushClient"])],
  targets: [
    .target(
      name: "BackgroundPushClient",
      dependencies: stubs.map { .target(name: $0) },
      path: "clients/swift/Sources/BackgroundPushClient"
    ),
    .executableTarget(
      name: "conformance",
      dependencies: ["BackgroundPushClient"],
      path: "clients/swift/Sources/Conformance"
    ),
    .testTarget(
      name: "BackgroundPushClientTests",
      dependencies: ["BackgroundPushClient"],
      path: "clients/swift/Tests/BackgroundPushClientTests"
    ),
  ] + stubs.map { .target(name: $0, path: "clients/swift/Stubs/\($0)") }
)
