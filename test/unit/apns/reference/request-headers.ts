import type { Push } from '../../../../server/apns/push';
import type { OutgoingHttpHeaders } from 'node:http2';
import type { Notification } from '../../../../server/apns/notification';

/**
 * The header fields of one request. The object is the same for all requests of a connection: it is to be copied, or
 * written, before the next one.
 */
export type RequestHeaders = (push: Push, authorization: string) => OutgoingHttpHeaders;

export function createRequestHeaders(): RequestHeaders {
  let builtFor: Notification | null = null;
  let headers: OutgoingHttpHeaders = {};
  return ({ notification, token, apnsId }, authorization) => {
    if (builtFor !== notification) {
      builtFor = notification;
      headers = fixedHeaders(notification);
    }
    headers[':path'] = `/3/device/${token}`;
    headers['apns-id'] = apnsId;
    headers.authorization = authorization;
    return headers;
  };
}

function fixedHeaders({ topic, expiration }: Notification): OutgoingHttpHeaders {
  return {
    ':method': 'POST',
    ':path': '',
    authorization: '',
    'apns-id': '',
    'apns-topic': topic,
    'apns-push-type': 'background',
    // Apple: background pushes always use 5; the default, 10, is an error.
    'apns-priority': '5',
    'apns-expiration': String(expiration),
  };
}
