import { createComplaint } from '../../../server/pipeline/complaint';

it('is said once, and again after it worked', () => {
  const said: string[] = [];
  const complaint = createComplaint((message) => said.push(message));
  expect(complaint.recovered()).toBe(false);
  complaint.failed('one');
  complaint.failed('two');
  expect(complaint.recovered()).toBe(true);
  expect(complaint.recovered()).toBe(false);
  complaint.failed('three');
  expect(said).toEqual(['one', 'three']);
});
