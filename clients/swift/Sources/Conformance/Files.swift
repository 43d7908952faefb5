import BackgroundPushClient
import Foundation

/// The moment at which the app kills itself, as a system kills an app.
struct Death: Sendable {
  private let moment: String?

  init(_ moment: String?) {
    self.moment = moment
  }

  func comes(at moment: String) {
    if self.moment == moment { kill(getpid(), SIGKILL) }
  }
}

/// A file; `keychain` is a folder that outlives the app, and that a locked phone cannot read.
struct StoredText: TextStorage {
  struct Locked: Error {}

  let store: URL
  let folder: String
  let name: String
  let death: Death

  private var file: URL { store.appendingPathComponent(folder).appendingPathComponent(name) }

  private func mustBeOpen() throws {
    let isLocked = FileManager.default.fileExists(atPath: store.appendingPathComponent("locked").path)
    if folder == "keychain" && isLocked { throw Locked() }
  }

  func read() async throws -> String? {
    try mustBeOpen()
    return try await FileStorage(file).read()
  }

  func write(_ text: String?) async throws {
    try mustBeOpen()
    death.comes(at: "write-\(name)")
    try await FileStorage(file).write(text)
  }
}

/// Content in a file: an app's database.
actor StoredContent: ContentHandler {
  private struct Held: Codable {
    var contentType: String
    var documentId: String
    var locale: String?
    var content: Data
    var walk: String?

    var key: EntryKey { EntryKey(contentType: contentType, documentId: documentId, locale: locale) }
  }

  private let file: FileStorage
  private let death: Death

  init(store: URL, death: Death) {
    file = FileStorage(store.appendingPathComponent("app").appendingPathComponent("content.json"))
    self.death = death
  }

  func entries() async throws -> [Entry] {
    try await read().values.map { Entry(key: $0.key, content: try JSON(data: $0.content)) }
  }

  func apply(_ changes: [Change]) async throws {
    death.comes(at: "apply")
    var held = try await read()
    for change in changes {
      switch change.content {
      case .entry(let content): try put(change.key, content, walk: nil, into: &held)
      case .gone: held[change.key] = nil
      case .notIncluded: break
      }
    }
    try await write(held)
  }

  func apply(snapshot entries: [Entry], walk: String) async throws {
    death.comes(at: "snapshot")
    var held = try await read()
    for entry in entries { try put(entry.key, entry.content, walk: walk, into: &held) }
    try await write(held)
  }

  func finish(walk: String, contentType: String?) async throws {
    death.comes(at: "finish")
    let held = try await read()
    try await write(
      held.filter { _, entry in entry.walk == walk || (contentType != nil && entry.contentType != contentType) })
  }

  private func put(_ key: EntryKey, _ content: JSON, walk: String?, into held: inout [EntryKey: Held]) throws {
    held[key] = Held(
      contentType: key.contentType, documentId: key.documentId, locale: key.locale, content: try content.data(),
      walk: walk)
  }

  private func read() async throws -> [EntryKey: Held] {
    guard let text = try await file.read() else { return [:] }
    let held = try JSONDecoder().decode([Held].self, from: Data(text.utf8))
    return Dictionary(uniqueKeysWithValues: held.map { ($0.key, $0) })
  }

  private func write(_ held: [EntryKey: Held]) async throws {
    try await file.write(String(decoding: JSONEncoder().encode(Array(held.values)), as: UTF8.self))
  }
}

/// Waiting takes no time: the clock moves on by as much.
final class SkippingClock: SyncClock, @unchecked Sendable {
  private let lock = NSLock()
  private var skipped: TimeInterval
  private var waited: [TimeInterval] = []

  init(later: TimeInterval) {
    skipped = later
  }

  /// How long each wait was, in seconds.
  var waits: [TimeInterval] { lock.withLock { waited } }

  func now() -> Date { Date().addingTimeInterval(lock.withLock { skipped }) }

  func wait(_ seconds: TimeInterval) async {
    lock.withLock {
      waited.append(seconds)
      skipped += seconds
    }
  }
}
