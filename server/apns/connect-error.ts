/** Why there is no connection. Stable names: the panel renders a sentence from them. */
export type ConnectErrorCode =
  | 'dns'
  | 'refused'
  | 'unreachable'
  | 'timeout'
  | 'reset'
  | 'tls-untrusted'
  | 'tls-expired'
  | 'tls-host-name'
  | 'tls'
  | 'not-http2'
  | 'proxy-invalid'
  | 'proxy-authentication'
  | 'proxy-refused'
  | 'proxy-unreachable'
  | 'no-answer'
  | 'lost'
  | 'protocol'
  | 'goaway'
  | 'provider-token'
  | 'failed';

/** Why a connection could not be made, or ended in disorder; the message is for people. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError';

  constructor(
    readonly code: ConnectErrorCode,
    message: string,
  ) {
    super(message);
  }
}

interface Explanation {
  code: ConnectErrorCode;
  /** Completes "api.push.apple.com:443 ". */
  message: string;
}

const UNTRUSTED: Explanation = {
  code: 'tls-untrusted',
  message:
    'shows a certificate that this server does not trust. If a proxy inspects TLS here, or APNs is a test server, name its certificate authority in apns.ca.',
};
const UNREACHABLE: Explanation = {
  code: 'unreachable',
  message: 'cannot be reached: there is no route to it. Check network and firewall.',
};
const RESET: Explanation = {
  code: 'reset',
  message: 'closed the connection before it could be used. Check firewall and proxy, and that it is an APNs server.',
};
const TIMEOUT: Explanation = {
  code: 'timeout',
  message: 'did not answer in time. Check that the firewall lets this server out to that port.',
};
const DNS: Explanation = {
  code: 'dns',
  message: 'has a name that cannot be resolved. Check DNS and network, and the name.',
};

/** By the error codes of Node.js and OpenSSL. */
const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  ENOTFOUND: DNS,
  EAI_AGAIN: DNS,
  ECONNREFUSED: { code: 'refused', message: 'refuses connections: nothing listens there, or a firewall rejects it.' },
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  EADDRNOTAVAIL: UNREACHABLE,
  ETIMEDOUT: TIMEOUT,
  UND_ERR_CONNECT_TIMEOUT: TIMEOUT,
  ECONNRESET: RESET,
  EPIPE: RESET,
  UND_ERR_SOCKET: RESET,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  CERT_UNTRUSTED: UNTRUSTED,
  CERT_SIGNATURE_FAILURE: UNTRUSTED,
  CERT_HAS_EXPIRED: {
    code: 'tls-expired',
    message: 'shows an expired certificate, or the clock of the machine that runs Strapi is wrong.',
  },
  CERT_NOT_YET_VALID: {
    code: 'tls-expired',
    message: 'shows a certificate that is not valid yet: the clock of the machine that runs Strapi is probably wrong.',
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    code: 'tls-host-name',
    message: 'shows a certificate for another host name. Check apns.origin, and what stands between.',
  },
  // A server that speaks no HTTP/2 may say so already in the TLS handshake.
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: { code: 'not-http2', message: 'does not speak HTTP/2 as APNs does.' },
};

/**
 * A socket's error as a sentence.
 *
 * @param where host and port that were to be reached, for the sentence; never a password
 */
export function explainSocketError(error: unknown, where: string): ConnectError {
  if (error instanceof ConnectError) return error;
  const code = codeOf(error);
  const explanation = EXPLANATIONS[code] ?? guess(code);
  return new ConnectError(explanation.code, `${where} ${explanation.message}${code ? ` (${code})` : ''}`);
}

function guess(code: string): Explanation {
  if (code.startsWith('ERR_SSL') || code === 'EPROTO' || code.startsWith('ERR_TLS') || code.startsWith('CERT_')) {
    return { code: 'tls', message: 'does not agree with this server on TLS. TLS 1.2 or later is needed.' };
  }
  if (code.startsWith('ERR_HTTP2')) return { code: 'protocol', message: 'does not speak HTTP/2 as APNs does.' };
  return { code: 'failed', message: 'cannot be reached.' };
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return typeof code === 'string' ? code : codeOf(cause);
}
