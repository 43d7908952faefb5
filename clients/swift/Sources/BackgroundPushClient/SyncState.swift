import Foundation

/// A snapshot that is being fetched: it goes on where it was, after the app was killed too.
struct Walk: Sendable, Hashable {
  /// What its entries are marked with.
  var id: String
  /// Of the last page that was stored; `nil`: none was.
  var cursor: String?
  /// What the answer said that asked for it.
  var epoch: String?
  var scope: String?
  var rev: Int?
}

/// How far the app has got.
struct SyncState: Sendable, Hashable {
  /// `nil`: it holds nothing.
  var position: Position?
  var walk: Walk?
}

/// Reads and writes it beside the content. What cannot be understood counts as nothing: everything is fetched anew, which
/// costs time and never content.
struct SyncStates: Sendable {
  let storage: any TextStorage

  func read() async throws -> SyncState {
    let text: String?
    do {
      text = try await storage.read()
    } catch {
      throw SyncError(.storage, "The position cannot be read now.", cause: error)
    }
    guard let text, let json = try? JSON(data: Data(text.utf8)) else { return SyncState() }
    return SyncState(position: json["position"].flatMap(Position.init), walk: json["walk"].flatMap(Walk.init))
  }

  func write(_ state: SyncState) async throws {
    let json = JSON.object(["position": state.position?.json ?? .null, "walk": state.walk?.json ?? .null])
    try await storage.writeOrExplain(String(decoding: json.data(), as: UTF8.self))
  }
}

extension TextStorage {
  /// - Throws: `SyncError`
  func writeOrExplain(_ text: String?) async throws {
    do {
      try await write(text)
    } catch {
      throw SyncError(.storage, "What the app has to remember cannot be written now.", cause: error)
    }
  }
}

extension Position {
  fileprivate init?(_ json: JSON) {
    guard let epoch = json["epoch"]?.string, let rev = json["rev"]?.revision else { return nil }
    self.init(epoch: epoch, rev: rev, scope: json["scope"]?.string)
  }

  fileprivate var json: JSON {
    .object(["epoch": .string(epoch), "rev": .integer(rev), "scope": JSON(scope)])
  }
}

extension Walk {
  fileprivate init?(_ json: JSON) {
    guard let id = json["id"]?.string else { return nil }
    self.init(
      id: id, cursor: json["cursor"]?.string, epoch: json["epoch"]?.string, scope: json["scope"]?.string,
      rev: json["rev"]?.revision)
  }

  fileprivate var json: JSON {
    .object([
      "id": .string(id), "cursor": JSON(cursor), "epoch": JSON(epoch), "scope": JSON(scope),
      "rev": rev.map(JSON.integer) ?? .null,
    ])
  }
}

extension JSON {
  init(_ text: String?) { self = text.map(JSON.string) ?? .null }
}
