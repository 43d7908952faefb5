// The framework is there on iOS, too, without what this uses of it; on Linux there is a declaration of that.
#if os(watchOS) || (os(Linux) && canImport(WatchKit))
  import WatchKit

  extension SyncResult {
    /// For the completion of `didReceiveRemoteNotification(_:fetchCompletionHandler:)`.
    public var watchFetchResult: WKBackgroundFetchResult {
      switch self {
      case .newData: .newData
      case .noData: .noData
      case .failed: .failed
      }
    }
  }

  extension ContentSync {
    /// The body of `didReceiveRemoteNotification(_:)` of a watch app's delegate.
    ///
    /// - Parameter userInfo: As the system handed it over; it is read at once, since it may not cross to another actor.
    @MainActor
    public func didReceiveRemoteNotificationOnWatch(_ userInfo: [AnyHashable: Any]) async -> WKBackgroundFetchResult {
      let push = ContentPush(userInfo: userInfo)
      return await handle(push: push).watchFetchResult
    }
  }
#endif
