import { simulatorFile } from '../../../admin/pushes/simulator-file';

test('the file for a simulator says whose app it is for, and else what the devices got', () => {
  const payload = { aps: { 'content-available': 1 }, content: { v: 1, epoch: 'e', since: 1, rev: 2 }, theme: 'dark' };
  const text = simulatorFile('com.example.news', payload);
  expect(JSON.parse(text)).toEqual({ 'Simulator Target Bundle': 'com.example.news', ...payload });
  expect(text.endsWith('}\n')).toBe(true);
});
