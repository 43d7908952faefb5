import type { KeyObject } from 'node:crypto';
import { createApnsClient, type ApnsClient, type ClientState, type ProviderTokens } from '../../apns';
import type { LaneView } from '../../apps/registry';
import type { PluginConfig } from '../../config';

/** The APNs clients of this process, one per lane and credential; connections are made when something is to be sent. */
export interface Clients {
  /** @returns null when the lane has no credential, or one that cannot be read */
  of(lane: LaneView): Promise<ApnsClient | null>;
  /** As `of`, with a new connection and a new provider token; what the old one has in flight may still be answered. */
  renew(lane: LaneView): Promise<ApnsClient | null>;
  /** What the lane's connections do; null when there is no client yet. */
  state(laneId: number): ClientState | null;
  close(graceMs: number): Promise<void>;
}

export interface ClientsOptions {
  config: Pick<PluginConfig, 'apns'>;
  keyOf(laneId: number): Promise<KeyObject | null>;
  tokens: ProviderTokens;
  proxy: string | null;
  now: () => number;
}

/** A replaced credential gets its own client; what the old one has in flight may still be answered for so long. */
const REPLACED_GRACE_MS = 5_000;

export function createClients({ config, keyOf, tokens, proxy, now }: ClientsOptions): Clients {
  const clients = new Map<number, { mark: string | null; client: ApnsClient }>();
  const closing = new Set<Promise<void>>();

  function retire(client: ApnsClient, graceMs: number): void {
    const closed = client.close(graceMs).finally(() => closing.delete(closed));
    closing.add(closed);
  }

  async function make(lane: LaneView): Promise<ApnsClient | null> {
    if (lane.credentialSource === null || lane.keyId === null || lane.teamId === null) return null;
    const key = await keyOf(lane.id);
    if (!key) return null;
    const credential = { key, keyId: lane.keyId, teamId: lane.teamId };
    const client = createApnsClient({
      origin: config.apns.origin[lane.environment],
      ca: config.apns.ca,
      credential,
      providerToken: tokens.of(lane.id, credential),
      connections: config.apns.connections,
      streams: config.apns.streams,
      requestTimeoutMs: config.apns.requestTimeoutMs,
      proxy,
      now,
      lane: `${lane.bundleId} ${lane.environment}`,
    });
    clients.set(lane.id, { mark: lane.credentialMark, client });
    return client;
  }

  function forget(laneId: number, graceMs: number): void {
    const known = clients.get(laneId);
    clients.delete(laneId);
    if (known) retire(known.client, graceMs);
  }

  return {
    async of(lane) {
      const known = clients.get(lane.id);
      if (known && known.mark === lane.credentialMark && lane.credentialSource !== null) return known.client;
      forget(lane.id, REPLACED_GRACE_MS);
      return make(lane);
    },
    async renew(lane) {
      // Its credential is still the lane's: every answer on its way counts.
      forget(lane.id, config.apns.requestTimeoutMs);
      tokens.forget(lane.id);
      return make(lane);
    },
    state: (laneId) => clients.get(laneId)?.client.state ?? null,
    async close(graceMs) {
      for (const { client } of clients.values()) retire(client, graceMs);
      clients.clear();
      await Promise.all(closing);
    },
  };
}
