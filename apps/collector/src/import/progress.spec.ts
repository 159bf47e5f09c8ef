import { ProgressLine, progressText, type Progress } from './progress';

it.each<[Progress, number, string]>([
  [
    { read: 1_000_000, rejected: 2_000, done: 0.25 },
    40,
    '25%: 1,000,000 rows read, 2,000 rejected, 25,000 rows/s, 2 min 0 s left',
  ],
  [{ read: 10, rejected: 0, done: 0.5 }, 5, '50%: 10 rows read, 0 rejected, 2 rows/s, 5 s left'],
  [{ read: 10, rejected: 0, done: 0.001 }, 10, '0%: 10 rows read, 0 rejected, 1 rows/s, 2 h 46 min left'],
  [{ read: 10, rejected: 0, done: 0.999 }, 10, '99%: 10 rows read, 0 rejected, 1 rows/s, 0 s left'],
  [{ read: 0, rejected: 0, done: 0 }, 0, '0%: 0 rows read, 0 rejected, 0 rows/s'],
  [{ read: 600, rejected: 1, done: 1 }, 60, '100%: 600 rows read, 1 rejected, 10 rows/s, 1 min 0 s'],
  // The file grew while it was read.
  [{ read: 600, rejected: 1, done: 1.2 }, 60, '100%: 600 rows read, 1 rejected, 10 rows/s, 1 min 0 s'],
  [{ read: 600, rejected: 1, done: null }, 60, '600 rows read, 1 rejected, 10 rows/s, 1 min 0 s'],
])('%j after %d s is told as %j', (progress, seconds, text) => {
  expect(progressText(progress, seconds)).toBe(text);
});

const after = (n: number): Progress => ({ read: n, rejected: 0, done: n / 100 });

function written(isTTY: boolean, times: readonly number[], columns?: number): string {
  let text = '';
  const output = { isTTY, write: (more: string) => (text += more), ...(columns === undefined ? {} : { columns }) };
  const line = new ProgressLine(output, 0);
  for (const [n, now] of times.entries()) line.show(after(n + 1), now);
  line.end((times.at(-1) ?? 0) + 1);
  return text;
}

it('overwrites one line of a terminal, and leaves it with the last figures', () => {
  const text = written(true, [100, 300, 350, 600, 610]);
  const [nothing, ...lines] = text.split('\r\u001B[K');
  expect(nothing).toBe('');
  expect(lines.map((line) => line.split(':')[0])).toEqual(['2%', '4%', '5%']);
  expect(text.endsWith('\n')).toBe(true);
  expect(text.match(/\n/g)).toHaveLength(1);
});

it('never fills a line of a terminal, which would wrap', () => {
  const lines = written(true, [300, 600], 20).replace('\n', '').split('\r\u001B[K').slice(1);
  expect(lines.map((line) => line.length)).toEqual([19, 19, 19]);
});

it('writes a whole line to a terminal that does not know its width', () => {
  expect(written(true, [300], 0)).toContain(' left');
});

it('writes a line to a log every few seconds at most, and the last figures', () => {
  const shown = written(false, [100, 4_999, 5_000, 9_999, 10_000, 12_000]).trimEnd().split('\n');
  expect(shown.map((line) => line.split(':')[0])).toEqual(['3%', '5%', '6%']);
});

it.each([true, false])('says nothing of an import that is quick (a terminal: %s)', (isTTY) => {
  expect(written(isTTY, [50, 150])).toBe('');
});
