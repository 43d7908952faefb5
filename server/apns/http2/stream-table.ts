import type { ClientStream } from './client-stream';

/** Twice as many as servers allow at once, so that a stream is seldom in another's place. */
const PLACES = 4_096;

/**
 * The open streams of a connection, by id. Ids only grow, and streams mostly end in about that order, so a ring has a
 * place for each of them and nothing need be allocated, as a Map does again and again; the few that outlive a round of
 * the ring move to a Map.
 */
export class StreamTable<Stream extends ClientStream> {
  size = 0;
  private readonly ring: (Stream | null)[] = new Array<Stream | null>(PLACES).fill(null);
  private readonly old = new Map<number, Stream>();

  get(id: number): Stream | undefined {
    const stream = this.ring[placeOf(id)];
    if (stream !== null && stream.id === id) return stream;
    return this.old.size > 0 ? this.old.get(id) : undefined;
  }

  add(stream: Stream): void {
    this.size++;
    const place = placeOf(stream.id);
    const before = this.ring[place];
    if (before !== null) this.old.set(before.id, before);
    this.ring[place] = stream;
  }

  /** @returns whether it was there */
  delete(id: number): boolean {
    const place = placeOf(id);
    if (this.ring[place]?.id === id) this.ring[place] = null;
    else if (!this.old.delete(id)) return false;
    this.size--;
    return true;
  }

  /** All of them as they are now, in no particular order: deleting goes on without care. */
  all(): Stream[] {
    return [...this.old.values(), ...this.ring.filter((stream) => stream !== null)];
  }
}

/** Odd ids only. */
const placeOf = (id: number): number => (id >>> 1) & (PLACES - 1);
