// What the client uses of WatchKit, to type-check by where there is none.
public enum WKBackgroundFetchResult: UInt, Sendable {
  case newData
  case noData
  case failed
}
