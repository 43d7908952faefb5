import BackgroundPushClient
import Foundation

/// Does what it is told, a command a line.
actor Program {
  private struct App {
    let sync: ContentSync
    let content: StoredContent
    let clock: SkippingClock
  }

  private var app: App?

  func run() async {
    while let line = readLine() {
      let reply: JSON
      do {
        reply = try await perform(JSON(data: Data(line.utf8)))
      } catch {
        reply = .object(["thrown": .string("\(error)")])
      }
      guard let data = try? reply.data() else { continue }
      FileHandle.standardOutput.write(data + Data("\n".utf8))
    }
  }

  private func perform(_ command: JSON) async throws -> JSON {
    switch command["do"]?.string {
    case "start": try start(command)
    case "register": try await register(command)
    case "unregister": try await unregister()
    case "push": try await push(command)
    case "sync": try await sync(command)
    case "together": try await together(command)
    case "state": try await state()
    case let other: throw Unknown(command: other ?? "nothing")
    }
  }

  private struct Unknown: Error { let command: String }
  private struct NotStarted: Error {}

  private func launched() throws -> App {
    guard let app else { throw NotStarted() }
    return app
  }

  /// A launch of the app.
  private func start(_ command: JSON) throws -> JSON {
    guard let folder = command["store"]?.string, let address = command["server"]?.string,
      let server = URL(string: address), let bundleId = command["app"]?.string
    else { throw Unknown(command: "start without store, server or app") }
    let store = URL(fileURLWithPath: folder)
    let death = Death(command["dieAt"]?.string)
    let clock = SkippingClock(later: (command["later"]?.double ?? 0) / 1000)
    let content = StoredContent(store: store, death: death)
    var configuration = ContentSync.Configuration()
    configuration.clock = clock
    configuration.locales = command["locales"]?.array?.compactMap(\.string)
    configuration.contentTypes = command["contentTypes"]?.array?.compactMap(\.string)
    if let timeout = command["timeoutMs"]?.double { configuration.timeout = timeout / 1000 }
    let isMisplaced = ProcessInfo.processInfo.environment["BROKEN"] == "position-in-keychain"
    let storages = Storages(
      position: StoredText(
        store: store, folder: isMisplaced ? "keychain" : "app", name: "position.json", death: death),
      credentials: StoredText(store: store, folder: "keychain", name: "credentials.json", death: death))
    let sync = ContentSync(
      server: server, app: bundleId, handler: content, storages: storages, configuration: configuration)
    app = App(sync: sync, content: content, clock: clock)
    return .object(["result": .string("done")])
  }

  private func register(_ command: JSON) async throws -> JSON {
    let sync = try launched().sync
    guard let token = command["token"]?.string.flatMap(Data.init(hex:)), let said = command["environment"]?.string else {
      throw Unknown(command: "register without token or environment")
    }
    let environment: APNsEnvironment = said == "production" ? .production : .development
    let registration = Registration(
      deviceToken: token, environment: environment, locale: command["locale"]?.string,
      tags: command["tags"]?.array?.compactMap(\.string) ?? [],
      backgroundRefresh: command["backgroundRefresh"]?.string.flatMap(BackgroundRefresh.init))
    return await replied { try await sync.register(registration).rawValue }
  }

  private func unregister() async throws -> JSON {
    let sync = try launched().sync
    return await replied {
      try await sync.unregister()
      return "done"
    }
  }

  private func push(_ command: JSON) async throws -> JSON {
    let push = command["payload"].flatMap(Self.read)
    let budget = command["budgetMs"]?.double.map { $0 / 1000 } ?? ContentSync.wakeBudget
    let sync = try launched().sync
    return reply(await sync.handle(push: push, within: budget, canWait: command["canWait"]?.bool ?? true))
  }

  /// A payload as the system hands it over: a dictionary of Foundation's.
  private static func read(_ payload: JSON) -> ContentPush? {
    guard let data = try? payload.data(),
      let userInfo = try? JSONSerialization.jsonObject(with: data) as? [AnyHashable: Any]
    else { return nil }
    return ContentPush(userInfo: userInfo)
  }

  private func sync(_ command: JSON) async throws -> JSON {
    let budget = command["budgetMs"]?.double.map { $0 / 1000 }
    let sync = try launched().sync
    return reply(await sync.sync(within: budget, canWait: command["canWait"]?.bool ?? true))
  }

  /// Several calls at the same moment, begun in their order; one with `after` comes so many milliseconds later.
  private func together(_ command: JSON) async throws -> JSON {
    let calls = command["calls"]?.array ?? []
    // Of this actor, which takes one after the other: children of a group would begin in any order.
    let tasks = calls.map { call in
      Task {
        if let after = call["after"]?.double { try await Task.sleep(nanoseconds: UInt64(after * 1e6)) }
        return try await perform(call)
      }
    }
    var replies: [JSON] = []
    for task in tasks { replies.append(try await task.value) }
    return .object(["results": .array(replies)])
  }

  private func state() async throws -> JSON {
    let app = try launched()
    let entries = try await app.content.entries().map { entry in
      JSON.object([
        "contentType": .string(entry.key.contentType), "documentId": .string(entry.key.documentId),
        "locale": entry.key.locale.map(JSON.string) ?? .null, "content": entry.content,
      ])
    }
    let position = try await app.sync.position.map { position in
      JSON.object([
        "epoch": .string(position.epoch), "rev": .integer(position.rev),
        "scope": position.scope.map(JSON.string) ?? .null,
      ])
    }
    let waits = app.clock.waits.map { JSON.number($0 * 1000) }
    return .object(["entries": .array(entries), "position": position ?? .null, "waits": .array(waits)])
  }

  private func reply(_ result: SyncResult) -> JSON {
    switch result {
    case .newData: .object(["result": .string("new-data")])
    case .noData: .object(["result": .string("no-data")])
    case .failed(let error): failure(error)
    }
  }

  private func failure(_ error: SyncError) -> JSON {
    .object([
      "result": .string("failed"),
      "error": .object([
        "kind": .string(error.kind.rawValue),
        "status": error.status.map(JSON.integer) ?? .null,
        "code": error.code.map(JSON.string) ?? .null,
      ]),
    ])
  }

  private func replied(_ work: () async throws -> String) async -> JSON {
    do {
      return .object(["result": .string(try await work())])
    } catch let error as SyncError {
      return failure(error)
    } catch {
      return .object(["thrown": .string("\(error)")])
    }
  }
}

extension Data {
  init?(hex: String) {
    let digits = hex.compactMap(\.hexDigitValue)
    guard digits.count == hex.count, digits.count.isMultiple(of: 2) else { return nil }
    self.init(stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) })
  }
}
