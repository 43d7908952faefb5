import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// What is asked of the server.
public struct HTTPRequest: Sendable {
  public enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case delete = "DELETE"
  }

  public var method: Method
  public var url: URL
  public var headers: [String: String]
  public var body: Data?
  /// When to give up, in seconds.
  public var timeout: TimeInterval
}

/// What the server answered.
public struct HTTPAnswer: Sendable {
  public var status: Int
  /// Their names in lower case.
  public var headers: [String: String]
  public var body: Data

  public init(status: Int, headers: [String: String], body: Data) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

/// Makes one request. Throws when no answer came in time; follows no redirect.
public protocol HTTPTransport: Sendable {
  func send(_ request: HTTPRequest) async throws -> HTTPAnswer
}

/// Requests over `URLSession`: no cache, no cookies, no redirects.
public final class URLSessionTransport: HTTPTransport {
  private let session: URLSession

  public init() {
    let configuration = URLSessionConfiguration.ephemeral
    configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
    configuration.urlCache = nil
    configuration.httpShouldSetCookies = false
    session = URLSession(configuration: configuration, delegate: NoRedirects(), delegateQueue: nil)
  }

  deinit { session.invalidateAndCancel() }

  public func send(_ request: HTTPRequest) async throws -> HTTPAnswer {
    var asked = URLRequest(url: request.url, timeoutInterval: request.timeout)
    asked.httpMethod = request.method.rawValue
    asked.httpBody = request.body
    for (name, value) in request.headers { asked.setValue(value, forHTTPHeaderField: name) }
    let (body, response) = try await whole(asked, within: request.timeout)
    guard let answer = response as? HTTPURLResponse else { throw URLError(.badServerResponse) }
    let headers = answer.allHeaderFields.compactMap { name, value in
      (name as? String).map { ($0.lowercased(), "\(value)") }
    }
    return HTTPAnswer(
      status: answer.statusCode, headers: Dictionary(headers, uniquingKeysWith: { $0 + ", " + $1 }), body: body)
  }

  /// The time-out of `URLRequest` begins anew with every byte; this is one for the whole answer.
  private func whole(_ request: URLRequest, within seconds: TimeInterval) async throws -> (Data, URLResponse) {
    try await withThrowingTaskGroup(of: (Data, URLResponse).self) { [session] group in
      group.addTask { try await session.data(for: request) }
      group.addTask {
        try await Task.sleep(nanoseconds: seconds.asNanoseconds)
        throw URLError(.timedOut)
      }
      defer { group.cancelAll() }
      guard let first = try await group.next() else { throw URLError(.unknown) }
      return first
    }
  }
}

private final class NoRedirects: NSObject, URLSessionTaskDelegate, Sendable {
  func urlSession(
    _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
  ) {
    completionHandler(nil)
  }
}
