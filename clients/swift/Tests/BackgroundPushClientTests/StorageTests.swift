import XCTest

@testable import BackgroundPushClient

final class StorageTests: XCTestCase {
  func testFileIsThereAfterItWasWritten() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let storage = FileStorage(folder.appendingPathComponent("sub/position.json"))
    let before = try await storage.read()
    XCTAssertNil(before)
    // What is not there can be removed.
    try await storage.write(nil)
    try await storage.write("one")
    try await storage.write("two")
    let after = try await FileStorage(folder.appendingPathComponent("sub/position.json")).read()
    XCTAssertEqual(after, "two")
    try await storage.write(nil)
    let gone = try await storage.read()
    XCTAssertNil(gone)
  }

  func testFileThatCannotBeReadIsNoAbsentOne() async {
    // A folder stands where the file should.
    let storage = FileStorage(FileManager.default.temporaryDirectory)
    do {
      let text = try await storage.read()
      XCTFail("read \(text ?? "nothing")")
    } catch {}
  }

  func testStateThatCannotBeUnderstoodCountsAsNone() async throws {
    for text in ["", "no JSON", "[]", #"{"position":{"epoch":"e1","rev":-1}}"#, #"{"position":{"rev":1}}"#] {
      let state = try await SyncStates(storage: MemoryStorage(text)).read()
      XCTAssertEqual(state, SyncState(), text)
    }
  }

  func testStateIsReadAsItWasWritten() async throws {
    let states = SyncStates(storage: MemoryStorage())
    let written = SyncState(
      position: Position(epoch: "e1", rev: 42, scope: nil),
      walk: Walk(id: "w", cursor: "c", epoch: "e2", scope: "s", rev: nil))
    try await states.write(written)
    let read = try await states.read()
    XCTAssertEqual(read, written)
  }

  func testSnapshotInMemoryIsSwept() async {
    let content = MemoryContent()
    let old = EntryKey(contentType: "a", documentId: "1", locale: nil)
    let kept = EntryKey(contentType: "a", documentId: "2", locale: "en")
    let other = EntryKey(contentType: "b", documentId: "1", locale: nil)
    await content.apply(snapshot: [old, kept, other].map { Entry(key: $0, content: .bool(true)) }, walk: "one")
    await content.apply(snapshot: [Entry(key: kept, content: .bool(false))], walk: "two")
    await content.finish(walk: "two", contentType: "a")
    let entries = await content.entries
    XCTAssertEqual(Set(entries.map(\.key)), [kept, other])
    let changed = await content[kept]
    XCTAssertEqual(changed, .bool(false))
  }
}
