#if canImport(Security)
  import Foundation
  import Security

  /// A text in the keychain. It can be read on a locked phone once it was unlocked after its start, never leaves the device,
  /// and outlives an uninstall.
  public struct KeychainStorage: TextStorage {
    public struct Failure: Error, Sendable {
      /// Of the Security framework, such as `errSecInteractionNotAllowed` before the first unlock.
      public var status: OSStatus
    }

    private let service: String
    private let account: String
    private let accessGroup: String?

    /// - Parameter accessGroup: Where an app and its extensions share one registration.
    public init(
      service: String = "background-push", account: String = "registration", accessGroup: String? = nil
    ) {
      self.service = service
      self.account = account
      self.accessGroup = accessGroup
    }

    private var query: [CFString: Any] {
      var query: [CFString: Any] = [
        kSecClass: kSecClassGenericPassword,
        kSecAttrService: service,
        kSecAttrAccount: account,
        // On a Mac too: else the item lies in a keychain of files that knows no such protection.
        kSecUseDataProtectionKeychain: true,
      ]
      if let accessGroup { query[kSecAttrAccessGroup] = accessGroup }
      return query
    }

    public func read() throws -> String? {
      var query = self.query
      query[kSecReturnData] = true
      query[kSecMatchLimit] = kSecMatchLimitOne
      var item: CFTypeRef?
      let status = SecItemCopyMatching(query as CFDictionary, &item)
      switch status {
      case errSecSuccess: return (item as? Data).map { String(decoding: $0, as: UTF8.self) }
      case errSecItemNotFound: return nil
      default: throw Failure(status: status)
      }
    }

    public func write(_ text: String?) throws {
      guard let text else { return try remove() }
      let value: [CFString: Any] = [
        kSecValueData: Data(text.utf8),
        kSecAttrAccessible: kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly,
      ]
      var status = SecItemUpdate(query as CFDictionary, value as CFDictionary)
      if status == errSecItemNotFound {
        status = SecItemAdd(query.merging(value) { $1 } as CFDictionary, nil)
      }
      if status != errSecSuccess { throw Failure(status: status) }
    }

    private func remove() throws {
      let status = SecItemDelete(query as CFDictionary)
      if status != errSecSuccess && status != errSecItemNotFound { throw Failure(status: status) }
    }
  }
#endif
