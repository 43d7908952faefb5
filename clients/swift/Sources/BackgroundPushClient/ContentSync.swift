import Foundation

/// As the system wants to hear it of work in the background.
public enum SyncResult: Sendable {
  /// Something came.
  case newData(Position)
  /// There was nothing new.
  case noData(Position)
  /// What came until then is kept, and the next sync goes on there.
  case failed(SyncError)
}

/// Keeps an app's content fresh.
///
/// ```swift
/// let sync = ContentSync(
///   server: URL(string: "https://cms.example.com")!,
///   app: "com.example.news",
///   handler: articles,
///   storages: Storages(position: FileStorage(folder.appendingPathComponent("position.json")), credentials: KeychainStorage())
/// )
/// await sync.sync()
/// ```
public actor ContentSync {
  /// What a client can be told besides.
  public struct Configuration: Sendable {
    /// The server's `rest.prefix`.
    public var prefix = "/api"
    /// Headers of every request, such as `authorization` with an API token.
    public var headers: @Sendable () async throws -> [String: String] = { [:] }
    /// Languages that the app holds; `nil`: all.
    public var locales: [String]?
    /// Content types that the app holds; `nil`: all.
    public var contentTypes: [String]?
    public var transport: any HTTPTransport = URLSessionTransport()
    /// How long an answer may take, in seconds.
    public var timeout: TimeInterval = 20
    /// For tests.
    public var clock: any SyncClock = SystemClock()
    public var random: @Sendable () -> Double = { Double.random(in: 0..<1) }

    /// The defaults.
    public init() {}
  }

  /// Of the 30 seconds that the system gives a woken app.
  public static let wakeBudget: TimeInterval = 25

  private let states: SyncStates
  private let synchronizer: Synchronizer
  private let registrar: Registrar
  private let clock: any SyncClock
  private let random: @Sendable () -> Double
  private var running: Run?

  /// - Parameters:
  ///   - server: The server's address, such as `https://cms.example.com`.
  ///   - app: The app's bundle id.
  ///   - handler: What the app does with content.
  public init(
    server: URL, app: String, handler: any ContentHandler, storages: Storages,
    configuration: Configuration = Configuration()
  ) {
    clock = configuration.clock
    random = configuration.random
    let requests = Requests(
      server: server, headers: configuration.headers, transport: configuration.transport, clock: configuration.clock,
      random: configuration.random, timeout: configuration.timeout)
    let prefix = configuration.prefix.trimmingSlashes + "/background-push"
    let feed = Feed(
      requests: requests, prefix: prefix, app: app, locales: configuration.locales,
      contentTypes: configuration.contentTypes)
    states = SyncStates(storage: storages.position)
    synchronizer = Synchronizer(
      feed: feed, handler: handler, clock: configuration.clock, random: configuration.random, states: states)
    registrar = Registrar(
      app: app, prefix: prefix, requests: requests, storage: storages.credentials, clock: configuration.clock,
      states: states)
  }

  /// At every launch, and whenever the system gives a token.
  ///
  /// - Throws: `SyncError`
  @discardableResult
  public func register(_ registration: Registration) async throws -> Registered {
    try await registrar.register(registration, budget(Self.wakeBudget))
  }

  /// When a push woke the app.
  ///
  /// - Parameters:
  ///   - push: `nil` of what could not be read: it may still mean that there is something new.
  ///   - budget: How long it may take, in seconds.
  ///   - canWait: Whether to ask again what failed.
  @discardableResult
  public func handle(
    push: ContentPush?, within budget: TimeInterval = wakeBudget, canWait: Bool = true
  ) async -> SyncResult {
    await join(push, self.budget(budget, canWait: canWait))
  }

  /// Whenever the app comes to the foreground, and at its start.
  ///
  /// - Parameter budget: How long it may take, in seconds; `nil`: as long as it takes.
  @discardableResult
  public func sync(within budget: TimeInterval? = nil, canWait: Bool = true) async -> SyncResult {
    await join(nil, self.budget(budget, canWait: canWait))
  }

  /// The server wakes this installation no more; content stays.
  ///
  /// - Throws: `SyncError`
  public func unregister() async throws {
    try await registrar.unregister(budget(Self.wakeBudget))
  }

  /// `nil`: the app holds nothing yet.
  ///
  /// - Throws: `SyncError`
  public var position: Position? {
    get async throws { try await states.read().position }
  }

  private func budget(_ seconds: TimeInterval?, canWait: Bool = true) -> Budget {
    Budget(deadline: seconds.map { clock.now().addingTimeInterval($0) } ?? .distantFuture, canWait: canWait)
  }

  /// What is asked of the run that goes on: whoever comes meanwhile adds to it, and all get its result.
  private final class Run {
    let budget: Budget
    var pushes: [ContentPush]
    /// Somebody wants what is newest, whatever a push says.
    var isToHead: Bool
    var result: Task<SyncResult, Never>?

    init(_ push: ContentPush?, _ budget: Budget) {
      self.budget = budget
      pushes = push.map { [$0] } ?? []
      isToHead = push == nil
    }
  }

  /// One at a time: two that write one position could turn it back.
  private func join(_ push: ContentPush?, _ budget: Budget) async -> SyncResult {
    if let running, let result = running.result {
      if let push { running.pushes.append(push) } else { running.isToHead = true }
      running.budget.join(budget)
      return await result.value
    }
    let run = Run(push, budget)
    running = run
    let result = Task { await perform(run) }
    run.result = result
    return await result.value
  }

  private func perform(_ run: Run) async -> SyncResult {
    var woke: [ContentPush] = []
    var isNew = false
    do {
      var state = try await states.read()
      let start = state.position
      while run.isToHead || !run.pushes.isEmpty {
        // Whoever wants what is newest gets what pushes announced, too.
        let push = run.isToHead ? nil : run.pushes.removeFirst()
        run.isToHead = false
        if let push {
          if !Self.isHeld(push, by: start) { woke.append(push) }
          if Self.isHeld(push, by: state.position) { continue }
          await spread(push, run.budget)
        }
        let reached = try await synchronizer.reach(push, from: state, run.budget)
        state = reached.state
        isNew = isNew || reached.isNew
      }
      // Whoever comes from here on is not heard by this run any more.
      running = nil
      guard let position = state.position else { throw SyncError(.unreadable, "The server gave no position.") }
      if let last = woke.last { await registrar.report(last, held: position, run.budget) }
      return isNew ? .newData(position) : .noData(position)
    } catch {
      if running === run { running = nil }
      return .failed(error as? SyncError ?? SyncError(.storage, "\(error)", cause: error))
    }
  }

  private static func isHeld(_ push: ContentPush, by position: Position?) -> Bool {
    position.map { $0.epoch == push.epoch && push.rev <= $0.rev } ?? false
  }

  /// All whom a push woke would ask at the same moment.
  private func spread(_ push: ContentPush, _ budget: Budget) async {
    let pause = random() * push.spread
    if pause > 0 && budget.canWait && clock.now().addingTimeInterval(pause) < budget.deadline {
      await clock.wait(pause)
    }
  }
}
