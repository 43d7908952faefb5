import Foundation

/// The server's feed. All throw `SyncError`.
struct Feed: Sendable {
  /// A change of everything, or of a whole content type, names no document.
  enum Item: Sendable {
    case document(Change)
    /// `contentType` is `nil` where everything is to be fetched anew.
    case all(contentType: String?, rev: Int)
  }

  struct Meta: Sendable {
    var epoch: String
    var rev: Int
    var scope: String?
    var more: Bool
    var reset: Bool
  }

  struct ChangesPage: Sendable {
    var items: [Item]
    var meta: Meta
  }

  struct SnapshotPage: Sendable {
    var entries: [Entry]
    var cursor: String?
    var meta: Meta
  }

  let requests: Requests
  let prefix: String
  let app: String
  /// What the app holds; `nil`: all.
  let locales: [String]?
  let contentTypes: [String]?

  func changes(epoch: String, since: Int, to: Int?, scope: String?, _ budget: Budget) async throws -> ChangesPage {
    let (data, meta, _) = try await get(
      "changes",
      [
        ("app", app),
        ("epoch", epoch),
        ("since", String(since)),
        ("to", to.map { String($0) }),
        ("include", "content"),
        ("scope", scope),
        ("locale", locales?.joined(separator: ",")),
        ("contentType", contentTypes?.joined(separator: ",")),
      ], budget)
    let items = try data.map { value in
      guard let item = Item(value) else { throw Self.unreadable("a change without its revision") }
      return item
    }
    // A stale cache, or not this server: what was applied is not undone.
    if !meta.reset && meta.rev < since { throw Self.unreadable("rev \(meta.rev) after \(since)") }
    return ChangesPage(items: items, meta: meta)
  }

  func snapshot(
    cursor: String?, type: String? = nil, epoch: String? = nil, scope: String? = nil, rev: Int?, _ budget: Budget
  ) async throws -> SnapshotPage {
    let (data, meta, next) = try await get(
      "snapshot",
      [
        ("app", app),
        ("cursor", cursor),
        ("type", type),
        ("epoch", epoch),
        ("scope", scope),
        ("rev", rev.map { String($0) }),
      ], budget)
    let entries = try data.map { value in
      guard let entry = Entry(value) else { throw Self.unreadable("an entry without its name") }
      return entry
    }
    if meta.more && next == nil { throw Self.unreadable("more to come, and no cursor") }
    return SnapshotPage(entries: entries.filter(isWanted), cursor: next, meta: meta)
  }

  private func isWanted(_ entry: Entry) -> Bool {
    let isOfTypes = contentTypes?.contains(entry.key.contentType) ?? true
    let isOfLocales = entry.key.locale.flatMap { locale in locales?.contains(locale) } ?? true
    return isOfTypes && isOfLocales
  }

  /// - Parameter query: In one order for all: then a cache in front of the server answers all whom a push woke.
  private func get(
    _ path: String, _ query: [(name: String, value: String?)], _ budget: Budget
  ) async throws -> (data: [JSON], meta: Meta, cursor: String?) {
    let given = query.compactMap { name, value in value.map { "\(name)=\($0.asQueryValue)" } }
    let call = Requests.Call(method: .get, path: "\(prefix)/\(path)?\(given.joined(separator: "&"))")
    let json = try await requests.send(call, budget)
    guard let data = json["data"]?.array, let meta = json["meta"], meta.object != nil else {
      throw Self.unreadable("something else")
    }
    guard let epoch = meta["epoch"]?.string, let rev = meta["rev"]?.revision else {
      throw Self.unreadable("no place in its log")
    }
    let read = Meta(
      epoch: epoch, rev: rev, scope: meta["scope"]?.string, more: meta["more"]?.bool ?? false,
      reset: meta["reset"]?.bool ?? false)
    return (data, read, meta["cursor"]?.string)
  }

  private static func unreadable(_ what: String) -> SyncError {
    SyncError(.unreadable, "The server answered \(what).")
  }
}

// What a newer server says besides is left aside.

extension Feed.Item {
  init?(_ value: JSON) {
    guard let rev = value["rev"]?.revision else { return nil }
    guard let contentType = Named(value["contentType"]), let documentId = Named(value["documentId"]),
      let locale = Named(value["locale"])
    else { return nil }
    guard let type = contentType.name, let document = documentId.name else {
      self = .all(contentType: contentType.name, rev: rev)
      return
    }
    let content: Change.Content =
      switch value["content"] {
      case nil: .notIncluded
      case .null?: .gone
      case let content?: .entry(content)
      }
    self = .document(
      Change(
        key: EntryKey(contentType: type, documentId: document, locale: locale.name), rev: rev,
        action: value["action"]?.string ?? "", path: value["path"]?.string, content: content))
  }
}

extension Entry {
  init?(_ value: JSON) {
    guard let contentType = value["contentType"]?.string, let documentId = value["documentId"]?.string,
      let locale = Named(value["locale"])
    else { return nil }
    self.init(
      key: EntryKey(contentType: contentType, documentId: documentId, locale: locale.name),
      content: value["content"] ?? .null)
  }
}

/// A name that is there, be it null.
private struct Named {
  let name: String?

  init?(_ value: JSON?) {
    switch value {
    case .string(let text)?: name = text
    case .null?: name = nil
    default: return nil
    }
  }
}
