import Foundation

/// What time is, and waiting.
public protocol SyncClock: Sendable {
  func now() -> Date
  /// Returns after so many seconds, or at once when the task was cancelled.
  func wait(_ seconds: TimeInterval) async
}

/// The system's time.
public struct SystemClock: SyncClock {
  /// There is nothing to set.
  public init() {}

  public func now() -> Date { Date() }

  public func wait(_ seconds: TimeInterval) async {
    try? await Task.sleep(nanoseconds: seconds.asNanoseconds)
  }
}

/// How long a piece of work may take, and whether it may wait. Whoever joins the work may lengthen both.
final class Budget: @unchecked Sendable {
  private let lock = NSLock()
  private var end: Date
  private var mayWait: Bool

  init(deadline: Date, canWait: Bool) {
    end = deadline
    mayWait = canWait
  }

  var deadline: Date { lock.withLock { end } }
  var canWait: Bool { lock.withLock { mayWait } }

  func join(_ other: Budget) {
    let (deadline, canWait) = (other.deadline, other.canWait)
    lock.withLock {
      end = max(end, deadline)
      mayWait = mayWait || canWait
    }
  }
}

extension TimeInterval {
  /// Of a time that a timer can hold: a day at most.
  var asNanoseconds: UInt64 { UInt64(Swift.min(Swift.max(0, self), 86_400) * 1e9) }
}
