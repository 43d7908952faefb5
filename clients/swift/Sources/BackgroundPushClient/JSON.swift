import Foundation

/// A JSON value, such as an entry of Strapi.
///
/// ```swift
/// let title = entry.content["title"]?.string
/// let article = try entry.content.decode(Article.self)
/// ```
public enum JSON: Sendable, Hashable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([String: JSON])

  /// The member of an object; `nil` where there is none, and of everything that is no object.
  public subscript(_ name: String) -> JSON? {
    if case .object(let members) = self { members[name] } else { nil }
  }

  /// `nil` of everything that is no text.
  public var string: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// `nil` of everything that is neither true nor false.
  public var bool: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// `nil` of everything that is no whole number.
  public var integer: Int? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int(exactly: value)
    default: nil
    }
  }

  /// `nil` of everything that is no number.
  public var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// `nil` of everything that is no list.
  public var array: [JSON]? {
    if case .array(let values) = self { values } else { nil }
  }

  /// `nil` of everything that is no object.
  public var object: [String: JSON]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// Whether it is JSON's null.
  public var isNull: Bool { self == .null }

  /// Reads a type of the app out of it.
  ///
  /// - Parameter decoder: Of dates it takes Strapi's, with and without fractions of a second.
  /// - Throws: `DecodingError`
  public func decode<Value: Decodable>(_ type: Value.Type, using decoder: JSONDecoder = .strapi) throws -> Value {
    try decoder.decode(type, from: data())
  }

  /// The value as text, its members in the order of their names.
  public func data() throws -> Data {
    try JSONSerialization.data(withJSONObject: foundation, options: [.fragmentsAllowed, .sortedKeys])
  }

  /// - Throws: What `JSONSerialization` says of a text that is no JSON.
  public init(data: Data) throws {
    self.init(foundation: try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed))
  }

  /// Of a value of Foundation's; what is no JSON counts as null.
  init(foundation value: Any) {
    switch value {
    case let value as String: self = .string(value)
    case let value as NSNumber: self = Self.of(value)
    case let values as [Any]: self = .array(values.map(JSON.init(foundation:)))
    case let members as [AnyHashable: Any]:
      let named = members.compactMap { name, value in (name as? String).map { ($0, JSON(foundation: value)) } }
      self = .object(Dictionary(uniqueKeysWithValues: named))
    default: self = .null
    }
  }

  private static func of(_ number: NSNumber) -> JSON {
    switch UInt8(bitPattern: number.objCType.pointee) {
    // Foundation's booleans are numbers of one byte, and no JSON number is.
    case UInt8(ascii: "c"), UInt8(ascii: "B"): .bool(number.boolValue)
    case UInt8(ascii: "d"), UInt8(ascii: "f"):
      // 40.0 and 4e1 are the integer that they say.
      Int(exactly: number.doubleValue).map(JSON.integer) ?? .number(number.doubleValue)
    case UInt8(ascii: "Q"): .number(number.doubleValue)
    default: .integer(number.intValue)
    }
  }

  private var foundation: Any {
    switch self {
    case .null: NSNull()
    case .bool(let value): value
    case .integer(let value): value
    case .number(let value): value
    case .string(let value): value
    case .array(let values): values.map(\.foundation)
    case .object(let members): members.mapValues(\.foundation)
    }
  }

  /// A place in the server's log: no fraction, and not below zero.
  var revision: Int? {
    integer.flatMap { $0 >= 0 && $0 <= Self.mostRevision ? $0 : nil }
  }

  /// The highest whole number that every JSON parser reads exactly.
  private static let mostRevision = (1 << 53) - 1
}

extension JSONDecoder {
  /// Reads dates as Strapi writes them: `2026-11-27T08:30:00.000Z`, and `2026-11-27`.
  public static var strapi: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .custom { decoder in
      let text = try decoder.singleValueContainer().decode(String.self)
      let formatter = ISO8601DateFormatter()
      for options: ISO8601DateFormatter.Options in [
        [.withInternetDateTime, .withFractionalSeconds], .withInternetDateTime, .withFullDate,
      ] {
        formatter.formatOptions = options
        if let date = formatter.date(from: text) { return date }
      }
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "“\(text)” is no date as Strapi writes it.")
      )
    }
    return decoder
  }
}
