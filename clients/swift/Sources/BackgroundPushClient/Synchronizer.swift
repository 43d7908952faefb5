import Foundation

/// Brings the app from where it is to a target, page by page. Content first, then the position: an app that is killed
/// between the two applies a page twice, and never leaves one out.
struct Synchronizer: Sendable {
  let feed: Feed
  let handler: any ContentHandler
  let clock: any SyncClock
  let random: @Sendable () -> Double
  let states: SyncStates

  /// Every walk is an answer to the one before that it cannot go on; a server that says so for ever is none.
  private static let mostWalks = 5

  /// - Parameter push: What a push announced: it is asked for by the same address by all whom it woke. `nil`: up to the
  ///   newest.
  /// - Returns: Where the app is then, and whether anything came.
  func reach(_ push: ContentPush?, from start: SyncState, _ budget: Budget) async throws -> (state: SyncState, isNew: Bool) {
    var state = start
    var isNew = false
    var walks = 0
    // Where to ask from: before what the app has, where a push began there, and never behind it.
    var from: Int?
    while true {
      guard state.walk == nil, let position = state.position else {
        walks += 1
        if walks > Self.mostWalks {
          throw SyncError(.unreadable, "The server sends every snapshot back to its beginning.")
        }
        state = try await walk(state.walk ?? newWalk(), state, budget)
        isNew = true
        from = nil
        continue
      }
      let ofPush = push.flatMap { $0.epoch == position.epoch ? $0 : nil }
      if let ofPush, ofPush.rev <= position.rev { return (state, isNew) }
      let ofPushSince = ofPush.flatMap { $0.since <= position.rev ? $0.since : nil }
      let since = from ?? ofPushSince ?? position.rev
      let page = try await ask(position, since: since, to: ofPush?.rev, budget)
      if let walk = anew(page) {
        // The old position stays until the snapshot is whole: content that is there is better than none.
        state.walk = walk
        try await states.write(state)
        continue
      }
      try await apply(page.items, budget)
      isNew = isNew || !page.items.isEmpty
      let rev = max(position.rev, page.meta.rev)
      state = SyncState(position: Position(epoch: page.meta.epoch, rev: rev, scope: page.meta.scope))
      try await states.write(state)
      from = page.meta.rev < rev ? page.meta.rev : nil
      if !page.meta.more { return (state, isNew) }
    }
  }

  private func ask(_ position: Position, since: Int, to: Int?, _ budget: Budget) async throws -> Feed.ChangesPage {
    do {
      return try await feed.changes(epoch: position.epoch, since: since, to: to, scope: position.scope, budget)
    } catch let error as SyncError where error.code == "to-ahead" {
      // A server that was set back to a backup does not know the push's revision yet.
      return try await feed.changes(epoch: position.epoch, since: since, to: nil, scope: position.scope, budget)
    }
  }

  /// - Returns: The snapshot that a page asks for instead of changes.
  private func anew(_ page: Feed.ChangesPage) -> Walk? {
    let meta = page.meta
    if meta.reset { return newWalk(epoch: meta.epoch, scope: meta.scope, rev: nil) }
    for case .all(contentType: nil, let rev) in page.items {
      return newWalk(epoch: meta.epoch, scope: meta.scope, rev: rev)
    }
    return nil
  }

  private func apply(_ items: [Feed.Item], _ budget: Budget) async throws {
    var few: [Change] = []
    for item in items {
      switch item {
      case .document(let change): few.append(change)
      case .all(let contentType, let rev):
        try await put(few)
        few = []
        try await refresh(contentType, rev: rev, budget)
      }
    }
    try await put(few)
  }

  private func put(_ changes: [Change]) async throws {
    if changes.isEmpty { return }
    try await stored { try await handler.apply(changes) }
  }

  /// All of one content type anew, in the place of a change that names no document.
  private func refresh(_ contentType: String?, rev: Int, _ budget: Budget) async throws {
    let id = newWalk().id
    var cursor: String?
    repeat {
      let page = try await feed.snapshot(cursor: cursor, type: contentType, rev: rev, budget)
      if page.meta.reset { throw SyncError(.busy, "The server changed what it hands out meanwhile.") }
      try await stored { try await handler.apply(snapshot: page.entries, walk: id) }
      cursor = page.meta.more ? page.cursor : nil
    } while cursor != nil
    try await stored { try await handler.finish(walk: id, contentType: contentType) }
  }

  /// A snapshot, from where it was.
  ///
  /// - Returns: Where the app is then, or the walk that it must take instead.
  private func walk(_ first: Walk, _ state: SyncState, _ budget: Budget) async throws -> SyncState {
    var (walk, state) = (first, state)
    while true {
      let page: Feed.SnapshotPage
      do {
        page = try await feed.snapshot(
          cursor: walk.cursor, epoch: walk.epoch, scope: walk.scope, rev: walk.rev, budget)
      } catch let error as SyncError where error.code == "unknown-cursor" && walk.cursor != nil {
        state.walk = newWalk(epoch: walk.epoch, scope: walk.scope, rev: walk.rev)
        return state
      }
      if page.meta.reset {
        state.walk = newWalk(epoch: page.meta.epoch, scope: page.meta.scope, rev: nil)
        return state
      }
      try await stored { [walk] in try await handler.apply(snapshot: page.entries, walk: walk.id) }
      if !page.meta.more {
        try await stored { [walk] in try await handler.finish(walk: walk.id, contentType: nil) }
        let position = Position(epoch: page.meta.epoch, rev: page.meta.rev, scope: page.meta.scope)
        let done = SyncState(position: position)
        try await states.write(done)
        return done
      }
      walk.cursor = page.cursor
      state.walk = walk
      try await states.write(state)
      if clock.now() >= budget.deadline { throw SyncError.timeIsOver }
    }
  }

  private func newWalk(epoch: String? = nil, scope: String? = nil, rev: Int? = nil) -> Walk {
    let moment = Int(clock.now().timeIntervalSince1970 * 1000)
    let chance = UInt32(random() * Double(UInt32.max))
    let id = "\(String(moment, radix: 36))-\(String(chance, radix: 36))"
    return Walk(id: id, cursor: nil, epoch: epoch, scope: scope, rev: rev)
  }

  private func stored(_ work: () async throws -> Void) async throws {
    do {
      try await work()
    } catch {
      throw SyncError(.storage, "The app could not store what came.", cause: error)
    }
  }
}
