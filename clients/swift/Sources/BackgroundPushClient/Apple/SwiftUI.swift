#if canImport(SwiftUI)
  import SwiftUI

  extension View {
    /// Asks for what is new whenever the app becomes active: what no push announced, a phone that was off for long, an app
    /// that its user had quit.
    public func syncsContent(_ sync: ContentSync) -> some View {
      modifier(SyncsContent(sync: sync))
    }
  }

  private struct SyncsContent: ViewModifier {
    let sync: ContentSync
    @Environment(\.scenePhase) private var scenePhase

    func body(content: Content) -> some View {
      content.task(id: scenePhase) {
        if scenePhase == .active { await sync.sync() }
      }
    }
  }
#endif
