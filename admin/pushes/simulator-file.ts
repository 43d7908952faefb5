/**
 * A push as a file that Apple's simulator takes (`xcrun simctl push`, or dropped onto its window): the payload, and whose
 * app it is for.
 *
 * @returns its text
 */
export function simulatorFile(bundleId: string, payload: object): string {
  return `${JSON.stringify({ 'Simulator Target Bundle': bundleId, ...payload }, null, 2)}\n`;
}
