import XCTest

@testable import BackgroundPushClient

final class ReadingTests: XCTestCase {
  func testPushOfTheSystem() throws {
    let payload = #"{"aps":{"content-available":1},"content":{"epoch":"e1","since":40,"rev":42,"spread":90,"report":0.5}}"#
    let userInfo = try XCTUnwrap(JSONSerialization.jsonObject(with: Data(payload.utf8)) as? [AnyHashable: Any])
    // Nobody is to wait longer than the system gives a woken app.
    let read = ContentPush(epoch: "e1", since: 40, rev: 42, spread: 30, report: 0.5)
    XCTAssertEqual(ContentPush(userInfo: userInfo), read)
  }

  func testPushOfSomebodyElse() {
    for foreign: [AnyHashable: Any] in [
      [:], ["aps": ["alert": "hello"]], ["content": "text"], ["content": ["epoch": "e1", "rev": -1]],
      ["content": ["epoch": "e1", "rev": 1.5]], ["content": ["epoch": 1, "rev": 1]],
    ] {
      XCTAssertNil(ContentPush(userInfo: foreign), "\(foreign)")
    }
  }

  func testSinceBehindRevCountsAsNone() {
    let push = ContentPush(userInfo: ["content": ["epoch": "e1", "since": 50, "rev": 42]])
    XCTAssertEqual(push, ContentPush(epoch: "e1", since: 42, rev: 42))
  }

  func testValuesStayWhatTheyAre() throws {
    let text =
      #"{"bool":true,"falsity":false,"one":1,"zero":0,"big":9007199254740991,"half":0.5,"none":null,"list":[1,true]}"#
    let json = try JSON(data: Data(text.utf8))
    XCTAssertEqual(json["bool"], .bool(true))
    XCTAssertEqual(json["falsity"], .bool(false))
    XCTAssertEqual(json["one"], .integer(1))
    XCTAssertEqual(json["zero"], .integer(0))
    XCTAssertEqual(json["big"], .integer(9_007_199_254_740_991))
    XCTAssertEqual(json["half"], .number(0.5))
    XCTAssertEqual(json["none"], .null)
    XCTAssertEqual(json["list"], .array([.integer(1), .bool(true)]))
    XCTAssertNil(json["absent"])
    XCTAssertEqual(try JSON(data: json.data()), json)
  }

  func testContentAsATypeOfTheApp() throws {
    struct Article: Decodable, Equatable {
      var title: String
      var publishedAt: Date
      var day: Date
      var readers: Int
    }
    let json = JSON.object([
      "title": .string("Hello"), "publishedAt": .string("2026-11-27T08:30:00.250Z"), "day": .string("2026-11-27"),
      "readers": .integer(3), "more": .null,
    ])
    let article = try json.decode(Article.self)
    XCTAssertEqual(article.title, "Hello")
    XCTAssertEqual(article.publishedAt.timeIntervalSince1970, 1_795_768_200.25, accuracy: 0.001)
    XCTAssertEqual(article.day.timeIntervalSince1970, 1_795_737_600)
    XCTAssertThrowsError(try JSON.object(["day": .string("tomorrow")]).decode([String: Date].self)) { error in
      XCTAssertTrue("\(error)".contains("tomorrow"), "\(error)")
    }
  }

  func testQueriesAreEncodedAsOtherClientsDo() {
    XCTAssertEqual("api::article.article,de".asQueryValue, "api%3A%3Aarticle.article%2Cde")
    XCTAssertEqual("a b&c=d+é/?".asQueryValue, "a%20b%26c%3Dd%2B%C3%A9%2F%3F")
  }

  func testSampleIsTheServers() {
    XCTAssertTrue(Registrar.isAsked("00000000-aaaa", share: 0.01))
    XCTAssertTrue(Registrar.isAsked("028f5c28-aaaa", share: 0.01))
    XCTAssertFalse(Registrar.isAsked("028f5c2a-aaaa", share: 0.01))
    XCTAssertTrue(Registrar.isAsked("ffffffff-aaaa", share: 1))
    XCTAssertFalse(Registrar.isAsked("00000000-aaaa", share: 0))
  }

  func testNoTimeIsTooLongForATimer() {
    XCTAssertEqual(TimeInterval.infinity.asNanoseconds, 86_400_000_000_000)
    XCTAssertEqual(TimeInterval(-1).asNanoseconds, 0)
    XCTAssertEqual(TimeInterval(1.5).asNanoseconds, 1_500_000_000)
  }

  func testTokenIsHex() {
    let registration = Registration(deviceToken: Data([0x00, 0x0f, 0xa0, 0xff]), environment: .development)
    XCTAssertEqual(registration.token, "000fa0ff")
  }
}
