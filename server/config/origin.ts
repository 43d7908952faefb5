/**
 * Any host, because a simulator or a relay may stand in for APNs, but only TLS: the provider token must not be shown to
 * everybody on the way.
 *
 * @returns the origin in its normal form, such as `https://api.push.apple.com`
 * @throws Error whose message completes "config.apns.origin.production (…) "
 */
export function readOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const bare = url && url.pathname === '/' && !url.search && !url.hash && !url.username && !url.password;
  if (!bare || url.protocol !== 'https:') {
    throw new Error('must be an https origin without a path, such as https://api.push.apple.com');
  }
  return url.origin;
}
