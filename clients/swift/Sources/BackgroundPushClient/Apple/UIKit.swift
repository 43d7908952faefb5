#if canImport(UIKit) && !os(watchOS)
  import UIKit

  extension SyncResult {
    /// For the completion of `application(_:didReceiveRemoteNotification:fetchCompletionHandler:)`.
    public var fetchResult: UIBackgroundFetchResult {
      switch self {
      case .newData: .newData
      case .noData: .noData
      case .failed: .failed
      }
    }
  }

  extension ContentSync {
    /// The body of `application(_:didReceiveRemoteNotification:)`.
    ///
    /// - Parameter userInfo: As the system handed it over; it is read at once, since it may not cross to another actor.
    @MainActor
    public func didReceiveRemoteNotification(_ userInfo: [AnyHashable: Any]) async -> UIBackgroundFetchResult {
      let push = ContentPush(userInfo: userInfo)
      return await handle(push: push).fetchResult
    }
  }

  @available(iOSApplicationExtension, unavailable)
  @available(tvOSApplicationExtension, unavailable)
  @available(visionOSApplicationExtension, unavailable)
  extension BackgroundRefresh {
    /// Whether the user and the device's administrator let this app be woken.
    @MainActor
    public static var current: BackgroundRefresh? {
      switch UIApplication.shared.backgroundRefreshStatus {
      case .available: .available
      case .denied: .denied
      case .restricted: .restricted
      @unknown default: nil
      }
    }
  }
#endif
