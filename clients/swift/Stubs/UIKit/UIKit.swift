// What the client and the example app use of UIKit, to type-check by where there is none.
import Foundation

public enum UIBackgroundFetchResult: UInt, Sendable {
  case newData
  case noData
  case failed
}

public enum UIBackgroundRefreshStatus: Int, Sendable {
  case restricted
  case denied
  case available
}

@MainActor
open class UIResponder: NSObject {}

@MainActor
open class UIApplication: UIResponder {
  public struct LaunchOptionsKey: Hashable, Sendable {}

  public static let shared = UIApplication()
  public var backgroundRefreshStatus: UIBackgroundRefreshStatus { .available }
  public func registerForRemoteNotifications() {}
}

@MainActor
public protocol UIApplicationDelegate: NSObjectProtocol {}
