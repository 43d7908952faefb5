import Foundation

/// Why nothing, or not all, came.
public struct SyncError: Error, Sendable, CustomStringConvertible {
  public enum Kind: String, Sendable {
    /// No answer, or not in time.
    case unreachable
    /// The server asks to come again later (429, 503, another 5xx).
    case busy
    /// The server will not answer this, however often it is asked (4xx); `status` and `code` say why.
    case refused
    /// An answer that is not the server's: a redirect, a page of HTML, JSON of another form.
    case unreadable
    /// The time that the system gives is over; what came until then is kept.
    case outOfTime = "out-of-time"
    /// What the app stores could not be read or written; `cause` says why.
    case storage
  }

  public var kind: Kind
  public var message: String
  public var status: Int?
  /// As the server names it, such as `unknown-device`.
  public var code: String?
  /// Seconds, as the server said.
  public var retryAfter: TimeInterval?
  public var cause: (any Error)?

  public var description: String { message }

  init(
    _ kind: Kind, _ message: String, status: Int? = nil, code: String? = nil, retryAfter: TimeInterval? = nil,
    cause: (any Error)? = nil
  ) {
    self.kind = kind
    self.message = message
    self.status = status
    self.code = code
    self.retryAfter = retryAfter
    self.cause = cause
  }

  static let timeIsOver = SyncError(.outOfTime, "The time for this is over.")
  /// The device is not registered (any more).
  var isGone: Bool { status == 404 }
}

extension SyncError: LocalizedError {
  public var errorDescription: String? { message }
}
