import path from 'node:path';

/**
 * What a process must be started with to die at a failpoint.
 *
 * @param failpoint `<name>[:<nth pass>]=kill|stop`; empty: nowhere
 */
export function failpointEnvironment(failpoint: string): Record<string, string> {
  if (failpoint === '') return {};
  return { FAULTS_FAILPOINT: failpoint, NODE_OPTIONS: `--require=${path.join(__dirname, 'failpoint.js')}` };
}
