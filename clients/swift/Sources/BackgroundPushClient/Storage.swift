import Foundation

/// A text that outlives the app's process. What cannot be read now throws; what is not there is `nil`.
public protocol TextStorage: Sendable {
  func read() async throws -> String?
  /// Whole or not at all; `nil` removes it.
  func write(_ text: String?) async throws
}

/// Where the client remembers.
public struct Storages: Sendable {
  /// Lies with the content and goes with it. In a keychain it would outlive an uninstall, and content would never be
  /// fetched again.
  public var position: any TextStorage
  /// For a secret; it must be readable on a locked phone, since that is where a push wakes an app.
  public var credentials: any TextStorage

  public init(position: any TextStorage, credentials: any TextStorage) {
    self.position = position
    self.credentials = credentials
  }
}

/// Forgets all when the app ends: for tests.
public actor MemoryStorage: TextStorage {
  private var text: String?

  public init(_ text: String? = nil) {
    self.text = text
  }

  public func read() -> String? { text }

  public func write(_ text: String?) { self.text = text }
}

/// A file, such as the position beside the app's database. On a locked phone it can be read after the first unlock.
public actor FileStorage: TextStorage {
  private let file: URL

  /// - Parameter file: Its folder is made where it is absent.
  public init(_ file: URL) {
    self.file = file
  }

  public func read() throws -> String? {
    do {
      return String(decoding: try Data(contentsOf: file), as: UTF8.self)
    } catch CocoaError.fileReadNoSuchFile, CocoaError.fileNoSuchFile {
      return nil
    }
  }

  public func write(_ text: String?) throws {
    guard let text else {
      do {
        try FileManager.default.removeItem(at: file)
      } catch CocoaError.fileNoSuchFile {}
      return
    }
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    #if os(Linux) || os(macOS)
      try Data(text.utf8).write(to: file, options: .atomic)
    #else
      try Data(text.utf8).write(
        to: file, options: [.atomic, .completeFileProtectionUntilFirstUserAuthentication])
    #endif
  }
}
