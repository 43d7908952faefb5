import Foundation

/// What a push said. It is a hint: what counts is what the feed answers.
public struct ContentPush: Sendable, Hashable {
  public var epoch: String
  /// It announces what came after this revision …
  public var since: Int
  /// … up to this one.
  public var rev: Int
  /// Seconds over which those whom it woke are to spread their requests; 0: none.
  public var spread: TimeInterval
  /// Share of the devices that are to say what they hold, from 0 to 1.
  public var report: Double

  public init(epoch: String, since: Int, rev: Int, spread: TimeInterval = 0, report: Double = 0) {
    self.epoch = epoch
    self.since = since
    self.rev = rev
    self.spread = spread
    self.report = report
  }

  /// Reads a push, at once: the dictionary that the system hands over may not cross to another actor.
  ///
  /// - Parameter userInfo: The whole payload. `nil` comes of one that is none of this server's.
  public init?(userInfo: [AnyHashable: Any]) {
    self.init(JSON(foundation: userInfo["content"] ?? userInfo))
  }

  init?(_ content: JSON) {
    guard let epoch = content["epoch"]?.string, let rev = content["rev"]?.revision else { return nil }
    let since = content["since"]?.revision ?? rev
    self.init(
      epoch: epoch,
      since: min(since, rev),
      rev: rev,
      spread: Self.share(content["spread"], most: Self.mostSpread),
      report: Self.share(content["report"], most: 1)
    )
  }

  /// What Apple gives a woken app.
  private static let mostSpread: TimeInterval = 30

  private static func share(_ value: JSON?, most: Double) -> Double {
    min(max(value?.double ?? 0, 0), most)
  }
}
