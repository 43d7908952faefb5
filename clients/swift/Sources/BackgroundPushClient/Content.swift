/// Where the content that the app holds stands in the server's log. It is kept with that content, never apart from it.
public struct Position: Sendable, Hashable {
  /// The life of the log; in another one `rev` means nothing.
  public var epoch: String
  /// How far it is applied.
  public var rev: Int
  /// Of answers with content: the server's settings and the requester's permissions that they came by.
  public var scope: String?
}

/// One entry of a content type in one language, by what never changes of it.
public struct EntryKey: Sendable, Hashable {
  /// Such as `api::article.article`.
  public var contentType: String
  public var documentId: String
  public var locale: String?

  public init(contentType: String, documentId: String, locale: String?) {
    self.contentType = contentType
    self.documentId = documentId
    self.locale = locale
  }
}

/// An entry as Strapi's REST API answers it.
public struct Entry: Sendable, Hashable {
  public var key: EntryKey
  public var content: JSON

  public init(key: EntryKey, content: JSON) {
    self.key = key
    self.content = content
  }
}

/// What became of an entry.
public struct Change: Sendable, Hashable {
  public enum Content: Sendable, Hashable {
    /// Put it in the place of yours.
    case entry(JSON)
    /// Drop yours.
    case gone
    /// The server hands none out: fetch `path`.
    case notIncluded
  }

  public var key: EntryKey
  public var rev: Int
  /// `publish`, `unpublish`, `delete` or what a newer server says; `content` is what counts.
  public var action: String
  /// Where the REST API has the entry, below the server's address; `nil` of an old server.
  public var path: String?
  public var content: Content
}

/// What the app does with content. Each call may come again after the app was killed: it must do no harm twice.
public protocol ContentHandler: Sendable {
  /// Puts and drops entries, in this order.
  func apply(_ changes: [Change]) async throws
  /// Puts the entries of one page of a snapshot, and marks them with `walk`.
  func apply(snapshot entries: [Entry], walk: String) async throws
  /// The snapshot is whole. Drops what is not marked with `walk`: all of it, or what is of this content type.
  func finish(walk: String, contentType: String?) async throws
}

/// Content in memory. An app without a database can keep it as one file; others see here what a handler does.
public actor MemoryContent: ContentHandler {
  private var held: [EntryKey: (content: JSON, walk: String?)] = [:]

  /// Holds nothing yet.
  public init() {}

  /// In no order.
  public var entries: [Entry] { held.map { Entry(key: $0.key, content: $0.value.content) } }

  /// The entry of this name; `nil` where there is none.
  public subscript(_ key: EntryKey) -> JSON? { held[key]?.content }

  public func apply(_ changes: [Change]) {
    for change in changes {
      switch change.content {
      case .entry(let content): held[change.key] = (content, nil)
      case .gone: held[change.key] = nil
      case .notIncluded: break
      }
    }
  }

  public func apply(snapshot entries: [Entry], walk: String) {
    for entry in entries { held[entry.key] = (entry.content, walk) }
  }

  public func finish(walk: String, contentType: String?) {
    held = held.filter { key, value in value.walk == walk || (contentType != nil && key.contentType != contentType) }
  }
}
