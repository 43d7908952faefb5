/** Apple: do not assume a size; but a request's header must fit into one frame. */
const DEVICE_TOKEN = /^[0-9a-f]{1,1024}$/;

/** Thrown for a token that cannot go into a request's path. The token itself is not in the message. */
export class DeviceTokenError extends TypeError {
  override readonly name = 'DeviceTokenError';

  constructor() {
    super('A device token must be lower-case hex, at most 1024 digits.');
  }
}

/** @throws DeviceTokenError */
export function checkDeviceToken(token: string): void {
  if (!DEVICE_TOKEN.test(token)) throw new DeviceTokenError();
}
