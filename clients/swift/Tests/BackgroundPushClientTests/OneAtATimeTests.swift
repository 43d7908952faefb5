import XCTest

@testable import BackgroundPushClient

/// A server in memory that holds an answer back until it is told to give it.
private actor HeldServer: HTTPTransport {
  private(set) var asked: [String] = []
  private(set) var mostAtOnce = 0
  private var now = 0
  private var isOpen = false
  private var waiting: [CheckedContinuation<Void, Never>] = []
  private var watching: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
  private let holds: String

  /// - Parameter holds: The method whose answers wait for `open`.
  init(holds: String) {
    self.holds = holds
  }

  func send(_ request: HTTPRequest) async throws -> HTTPAnswer {
    now += 1
    defer { now -= 1 }
    mostAtOnce = max(mostAtOnce, now)
    let query = request.url.query?.split(separator: "&").first { $0.hasPrefix("since=") }
    asked.append("\(request.method.rawValue) \(query ?? "device")")
    for watcher in watching where asked.count >= watcher.count { watcher.continuation.resume() }
    watching.removeAll { asked.count >= $0.count }
    if request.method.rawValue == holds && !isOpen { await withCheckedContinuation { waiting.append($0) } }
    let rev = request.url.query?.contains("to=42") == true ? 42 : 43
    let body =
      switch request.method {
      case .get:
        #"{"data":[],"meta":{"epoch":"e1","rev":\#(rev),"scope":"s1","more":false,"reset":false}}"#
      default: #"{"data":{"id":"00000000-0","secret":"s"}}"#
      }
    return HTTPAnswer(status: 200, headers: ["content-type": "application/json"], body: Data(body.utf8))
  }

  func requests(_ count: Int) async {
    if asked.count >= count { return }
    await withCheckedContinuation { watching.append((count, $0)) }
  }

  func open() {
    isOpen = true
    for continuation in waiting { continuation.resume() }
    waiting = []
  }
}

private let registered =
  #"{"id":"00000000-0","secret":"s","app":"a","at":0,"told":{"token":"00","environment":"production","tags":[]}}"#
private let push = ContentPush(epoch: "e1", since: 41, rev: 42, report: 1)

final class OneAtATimeTests: XCTestCase {
  private func contentSync(_ server: HeldServer, credentials: String? = nil) -> ContentSync {
    var configuration = ContentSync.Configuration()
    configuration.transport = server
    let position = #"{"position":{"epoch":"e1","rev":41,"scope":"s1"},"walk":null}"#
    return ContentSync(
      server: URL(string: "http://server")!, app: "a", handler: MemoryContent(),
      storages: Storages(position: MemoryStorage(position), credentials: MemoryStorage(credentials)),
      configuration: configuration)
  }

  /// It asks for itself: what it joined would be over.
  func testSyncWhileTheOneBeforeOnlyReports() async throws {
    let server = HeldServer(holds: "PUT")
    let sync = contentSync(server, credentials: registered)
    async let woken = sync.handle(push: push)
    await server.requests(2)
    let later = await sync.sync()
    await server.open()
    _ = await woken
    guard case .noData(let position) = later else { return XCTFail("\(later)") }
    XCTAssertEqual(position.rev, 43)
    let asked = await server.asked
    XCTAssertEqual(asked, ["GET since=41", "PUT device", "GET since=42"])
  }

  func testManyAtOnceAskOneAfterTheOther() async throws {
    let server = HeldServer(holds: "GET")
    let sync = contentSync(server)
    let results = await withTaskGroup(of: SyncResult.self, returning: [SyncResult].self) { group in
      for _ in 0..<50 { group.addTask { await sync.sync() } }
      await server.requests(1)
      await server.open()
      return await group.reduce(into: []) { $0.append($1) }
    }
    for result in results {
      guard case .noData(let position) = result else { return XCTFail("\(result)") }
      XCTAssertEqual(position.rev, 43)
    }
    let most = await server.mostAtOnce
    XCTAssertEqual(most, 1)
  }

  func testRegistrationsComeOneAfterTheOther() async throws {
    let server = HeldServer(holds: "POST")
    let sync = contentSync(server)
    let registration = Registration(deviceToken: Data([0x0a]), environment: .production)
    async let first = sync.register(registration)
    async let second = sync.register(registration)
    await server.requests(1)
    await server.open()
    let both = try await [first, second]
    XCTAssertEqual(Set(both.map(\.rawValue)), ["registered", "unchanged"])
    let asked = await server.asked
    XCTAssertEqual(asked, ["POST device"])
  }
}
