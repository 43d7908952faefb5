import { createDeviceCounts } from '../../../server/devices/device-counts';

const few = new Map([[1, 3]]);
const million = new Map([[1, 1_000_000]]);

/** A count that takes until it is told to end. */
function slowly() {
  const ends: ((counts: Map<number, number>) => void)[] = [];
  return { ends, count: () => new Promise<Map<number, number>>((resolve) => ends.push(resolve)) };
}

describe('the number of devices', () => {
  it('is counted once for all who ask while it is counted', async () => {
    const { ends, count } = slowly();
    const counts = createDeviceCounts(count);
    const asked = [counts(), counts(), counts()];
    ends[0](million);
    expect(await Promise.all(asked)).toEqual([million, million, million]);
    expect(ends).toHaveLength(1);
  });

  it('is not counted again soon where there are many', async () => {
    const { ends, count } = slowly();
    const counts = createDeviceCounts(count);
    const first = counts();
    ends[0](million);
    await first;
    await counts();
    expect(ends).toHaveLength(1);
  });

  it('is counted anew where there are none, and after a count that failed', async () => {
    const answers = [
      () => Promise.reject(new Error('gone')),
      () => Promise.resolve(new Map()),
      () => Promise.resolve(few),
    ];
    const counts = createDeviceCounts(() => answers.shift()!());
    await expect(counts()).rejects.toThrow('gone');
    expect(await counts()).toEqual(new Map());
    expect(await counts()).toEqual(few);
  });
});
