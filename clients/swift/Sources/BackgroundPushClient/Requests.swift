import Foundation

/// Makes requests again that failed for a reason which passes, within a budget.
struct Requests: Sendable {
  struct Call: Sendable {
    var method: HTTPRequest.Method
    var path: String
    var body: JSON?
    var headers: [String: String] = [:]
  }

  let server: URL
  /// Of every request, such as an API token's; read anew for each.
  let headers: @Sendable () async throws -> [String: String]
  let transport: any HTTPTransport
  let clock: any SyncClock
  /// From 0 to 1.
  let random: @Sendable () -> Double
  let timeout: TimeInterval

  private static let mostTries = 5
  private static let firstPause: TimeInterval = 1
  private static let mostPause: TimeInterval = 60
  /// Whoever is asked to come later than this comes with the next sync; until then nobody else's would begin.
  private static let mostWait = 2 * mostPause

  /// - Returns: The answer's JSON; null for an answer without a body.
  /// - Throws: `SyncError`
  @discardableResult
  func send(_ call: Call, _ budget: Budget, canWait: Bool = true) async throws -> JSON {
    var tries = 1
    while true {
      do {
        return try await sendOnce(call, budget)
      } catch let error as SyncError where error.kind == .unreachable || error.kind == .busy {
        let pause = Self.pause(tries: tries, retryAfter: error.retryAfter, chance: random())
        let isWorthIt =
          tries < Self.mostTries && pause <= Self.mostWait && canWait && budget.canWait
          && clock.now().addingTimeInterval(pause) < budget.deadline
        guard isWorthIt else { throw error }
        await clock.wait(pause)
        tries += 1
      }
    }
  }

  private func sendOnce(_ call: Call, _ budget: Budget) async throws -> JSON {
    let left = budget.deadline.timeIntervalSince(clock.now())
    guard left > 0 else { throw SyncError.timeIsOver }
    let base = server.absoluteString.trimmingSlashes
    guard let url = URL(string: base + call.path) else { throw SyncError(.refused, "\(base)\(call.path) is no URL.") }
    var headers = ["accept": "application/json"]
    if call.body != nil { headers["content-type"] = "application/json" }
    headers.merge(try await ownHeaders()) { $1 }
    headers.merge(call.headers) { $1 }
    let request = HTTPRequest(
      method: call.method, url: url, headers: headers, body: try call.body?.data(), timeout: min(timeout, left))
    do {
      return try Self.read(await transport.send(request))
    } catch let error as SyncError {
      throw error
    } catch {
      throw SyncError(.unreachable, "\(base) did not answer.", cause: error)
    }
  }

  private func ownHeaders() async throws -> [String: String] {
    do {
      return try await headers()
    } catch {
      throw SyncError(.storage, "The headers for a request could not be had.", cause: error)
    }
  }

  /// How long to wait before the next try. All whom a push woke fail at the same moment: without chance they would come
  /// again at the same moment, too.
  static func pause(tries: Int, retryAfter: TimeInterval?, chance: Double) -> TimeInterval {
    if let asked = retryAfter { return asked + chance * min(max(asked, firstPause), mostPause) }
    return chance * min(mostPause, firstPause * pow(2, Double(tries)))
  }

  private static func read(_ answer: HTTPAnswer) throws -> JSON {
    let status = answer.status
    if status == 204 { return .null }
    let isJSON = answer.headers["content-type"]?.range(of: #"\bjson\b"#, options: [.regularExpression, .caseInsensitive])
    let json = isJSON == nil ? nil : try? JSON(data: answer.body)
    if (200..<300).contains(status) {
      guard let json else { throw SyncError(.unreadable, "The answer is no JSON.", status: status) }
      return json
    }
    let error = json?["error"]
    let code = error?["details"]?["errors"]?.array?.first?["code"]?.string
    let message = error?["message"]?.string ?? String(decoding: answer.body.prefix(200), as: UTF8.self)
    if status == 429 || status >= 500 {
      throw SyncError(.busy, message, status: status, code: code, retryAfter: retryAfter(answer))
    }
    if status < 400 || json == nil {
      throw SyncError(.unreadable, "\(status) is no answer of the server's.", status: status)
    }
    throw SyncError(.refused, message, status: status, code: code)
  }

  /// In seconds, as this server says it; a date is no number and counts as none.
  private static func retryAfter(_ answer: HTTPAnswer) -> TimeInterval? {
    answer.headers["retry-after"]
      .flatMap { Double($0.trimmingCharacters(in: .whitespaces)) }
      .flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
  }
}

extension String {
  var trimmingSlashes: String {
    var text = Substring(self)
    while text.hasSuffix("/") { text.removeLast() }
    return String(text)
  }

  /// Percent-encoded as other clients encode it: then a cache in front of the server answers all of them.
  var asQueryValue: String {
    addingPercentEncoding(withAllowedCharacters: .queryValue) ?? ""
  }
}

extension CharacterSet {
  fileprivate static let queryValue = CharacterSet(
    charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()")
}
