const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * @returns the origin in its normal form, such as `https://api.push.apple.com`
 * @throws Error whose message completes "config.apns.origin.production (…) "
 */
export function readOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const bare = url && url.pathname === '/' && !url.search && !url.hash && !url.username && !url.password;
  // Plain HTTP would show the provider token to everybody on the way.
  const safe = url && (url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname)));
  if (!bare || !safe) {
    throw new Error('must be an https origin without a path, such as https://api.push.apple.com');
  }
  return url.origin;
}
