import Foundation

/// As the entitlement `aps-environment` says it; `development` is the server's `sandbox`.
public enum APNsEnvironment: String, Sendable {
  case production
  case development
}

/// `denied` and `restricted`: the system wakes the app for no background push at all.
public enum BackgroundRefresh: String, Sendable {
  case available
  case denied
  case restricted
}

/// What the server is told of the device.
public struct Registration: Sendable, Hashable {
  /// Hex, as the server has it.
  public var token: String
  public var environment: APNsEnvironment
  /// A language tag such as `en-GB`; `nil`: the device hears of every change.
  public var locale: String?
  public var tags: [String]
  public var backgroundRefresh: BackgroundRefresh?

  /// - Parameter deviceToken: As the system gave it.
  public init(
    deviceToken: Data, environment: APNsEnvironment, locale: String? = nil, tags: [String] = [],
    backgroundRefresh: BackgroundRefresh? = nil
  ) {
    token = deviceToken.map { String(format: "%02x", $0) }.joined()
    self.environment = environment
    self.locale = locale
    self.tags = tags.sorted()
    self.backgroundRefresh = backgroundRefresh
  }
}

/// What became of a registration.
public enum Registered: String, Sendable {
  /// The device is new to the server, or in a new environment.
  case registered
  /// The server was told what changed, or after a week that the token is still good.
  case updated
  /// The server knows.
  case unchanged
  /// What is stored cannot be read now: tell it later.
  case locked
}

/// What proves the installation, and what the server was told. It outlives an uninstall where it is kept in a keychain.
struct Credentials: Sendable, Codable {
  var id: String
  var secret: String
  var app: String
  var told: Told
  /// When the server was told.
  var at: Date

  struct Told: Sendable, Codable, Hashable {
    var token: String
    var environment: String
    var locale: String?
    var tags: [String]
    var backgroundRefresh: String?

    init(_ registration: Registration) {
      token = registration.token
      environment = registration.environment.rawValue
      locale = registration.locale
      tags = registration.tags
      backgroundRefresh = registration.backgroundRefresh?.rawValue
    }
  }
}

/// Tells the server of the device, one after the other: a launch and a new token at once would register twice.
actor Registrar {
  private let app: String
  private let prefix: String
  private let requests: Requests
  private let storage: any TextStorage
  private let clock: any SyncClock
  private let states: SyncStates
  private var last: Task<Registered, any Error>?

  /// A token that is told again is known to be alive.
  private static let tellAgain: TimeInterval = 7 * 24 * 3600

  init(
    app: String, prefix: String, requests: Requests, storage: any TextStorage, clock: any SyncClock,
    states: SyncStates
  ) {
    self.app = app
    self.prefix = prefix
    self.requests = requests
    self.storage = storage
    self.clock = clock
    self.states = states
  }

  /// - Throws: `SyncError`
  func register(_ registration: Registration, _ budget: Budget) async throws -> Registered {
    let before = last
    let mine = Task {
      _ = await before?.result
      return try await tell(registration, budget)
    }
    last = mine
    return try await mine.value
  }

  private func tell(_ registration: Registration, _ budget: Budget) async throws -> Registered {
    let told = Credentials.Told(registration)
    let known: Credentials?
    switch await read() {
    case .locked: return .locked
    case .readable(let credentials): known = credentials
    }
    guard let known, known.app == app else {
      try await post(told, known: nil, budget)
      return .registered
    }
    guard known.told.environment == told.environment else {
      try await post(told, known: known, budget)
      return .registered
    }
    let age = clock.now().timeIntervalSince(known.at)
    if age >= 0 && age < Self.tellAgain && known.told == told { return .unchanged }
    var body: [String: JSON] = ["token": .string(told.token), "locale": JSON(told.locale), "tags": told.tagsJSON]
    body["backgroundRefresh"] = told.backgroundRefresh.map(JSON.string)
    do {
      try await requests.send(known.call(.put, prefix, body: .object(body)), budget)
    } catch let error as SyncError where error.isGone {
      try await post(told, known: nil, budget)
      return .registered
    }
    var now = known
    (now.told, now.at) = (told, clock.now())
    try await write(now)
    return .updated
  }

  private func post(_ told: Credentials.Told, known: Credentials?, _ budget: Budget) async throws {
    let position = try? await states.read().position
    var body: [String: JSON] = [
      "app": .string(app), "token": .string(told.token), "environment": .string(told.environment),
      "tags": told.tagsJSON,
    ]
    body["id"] = known.map { .string($0.id) }
    body["locale"] = told.locale.map(JSON.string)
    body["backgroundRefresh"] = told.backgroundRefresh.map(JSON.string)
    if let position {
      body["epoch"] = .string(position.epoch)
      body["rev"] = .integer(position.rev)
    }
    let call = Requests.Call(
      method: .post, path: "\(prefix)/devices", body: .object(body), headers: known?.proof ?? [:])
    let data = try await requests.send(call, budget)["data"]
    guard let id = data?["id"]?.string, let secret = data?["secret"]?.string else {
      throw SyncError(.unreadable, "The registration was answered without an id and a secret.")
    }
    try await write(Credentials(id: id, secret: secret, app: app, told: told, at: clock.now()))
  }

  /// Nothing is thrown: what is not said now is said with the next push.
  func report(_ push: ContentPush, held: Position, _ budget: Budget) async {
    guard case .readable(let known?) = await read(), Self.isAsked(known.id, share: push.report) else { return }
    var body: [String: JSON] = [
      "epoch": .string(held.epoch), "rev": .integer(held.rev), "wokenBy": .integer(push.rev),
    ]
    body["backgroundRefresh"] = known.told.backgroundRefresh.map(JSON.string)
    _ = try? await requests.send(known.call(.put, prefix, body: .object(body)), budget, canWait: false)
  }

  /// The server counts by the same rule: ids are random, and the sample is those that begin low enough.
  static func isAsked(_ id: String, share: Double) -> Bool {
    if share >= 1 { return true }
    guard let start = UInt32(id.prefix(8), radix: 16) else { return false }
    return Double(start) / 4_294_967_296 < share
  }

  /// The server forgets the device.
  ///
  /// - Throws: `SyncError`, of kind `storage` where its secret cannot be read now.
  func unregister(_ budget: Budget) async throws {
    guard case .readable(let credentials) = await read() else {
      throw SyncError(.storage, "The registration cannot be read now.")
    }
    guard let credentials else { return }
    do {
      try await requests.send(credentials.call(.delete, prefix, body: nil), budget)
    } catch let error as SyncError where error.isGone {}
    try await storage.writeOrExplain(nil)
  }

  private enum Stored {
    case locked
    case readable(Credentials?)
  }

  private func read() async -> Stored {
    guard let text = try? await storage.read() as String?? else { return .locked }
    return .readable(text.flatMap { try? JSONDecoder().decode(Credentials.self, from: Data($0.utf8)) })
  }

  private func write(_ credentials: Credentials) async throws {
    let text: String
    do {
      text = String(decoding: try JSONEncoder().encode(credentials), as: UTF8.self)
    } catch {
      throw SyncError(.storage, "The registration cannot be written.", cause: error)
    }
    try await storage.writeOrExplain(text)
  }
}

extension Credentials {
  fileprivate var proof: [String: String] { ["x-device-secret": secret] }

  fileprivate func call(_ method: HTTPRequest.Method, _ prefix: String, body: JSON?) -> Requests.Call {
    Requests.Call(method: method, path: "\(prefix)/devices/\(id.asQueryValue)", body: body, headers: proof)
  }
}

extension Credentials.Told {
  fileprivate var tagsJSON: JSON { .array(tags.map(JSON.string)) }
}
