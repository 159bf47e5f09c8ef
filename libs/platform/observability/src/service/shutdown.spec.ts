import { pino } from 'pino';
import { exitOnSignals, exitOnUncaughtErrors } from './shutdown';

const logger = pino({ level: 'silent' });
const exits: number[] = [];
const exit = (code: number): void => void exits.push(code);
let stopListening: () => void = () => undefined;

beforeEach(() => {
  exits.length = 0;
  jest.useFakeTimers();
});
afterEach(() => {
  stopListening();
  jest.useRealTimers();
});

const listen = (close: () => Promise<void>): void => {
  stopListening = exitOnSignals({ logger, deadlineSeconds: 25, close, exit });
};
const forever = (): Promise<void> => new Promise(() => undefined);

it.each(['SIGTERM', 'SIGINT'] as const)('drains on %s and exits 0', async (signal) => {
  const closed: string[] = [];
  listen(async () => void closed.push('closed'));
  process.emit(signal, signal);
  await jest.advanceTimersByTimeAsync(0);
  expect({ closed, exits }).toEqual({ closed: ['closed'], exits: [0] });
});

it('exits 1 when draining fails', async () => {
  listen(() => Promise.reject(new Error('no')));
  process.emit('SIGTERM', 'SIGTERM');
  await jest.advanceTimersByTimeAsync(0);
  expect(exits).toEqual([1]);
});

it('exits 1 at the deadline and not before', async () => {
  listen(forever);
  process.emit('SIGTERM', 'SIGTERM');
  await jest.advanceTimersByTimeAsync(24_999);
  expect(exits).toEqual([]);
  await jest.advanceTimersByTimeAsync(1);
  expect(exits).toEqual([1]);
});

it('exits at once on a second signal', () => {
  listen(forever);
  process.emit('SIGTERM', 'SIGTERM');
  process.emit('SIGTERM', 'SIGTERM');
  expect(exits).toEqual([1]);
});

it('ends the process after an uncaught error', () => {
  const before = process.listeners('uncaughtException');
  const stop = exitOnUncaughtErrors(logger, exit);
  const added = process.listeners('uncaughtException').filter((listener) => !before.includes(listener));
  added.forEach((listener) => listener(new Error('bug'), 'uncaughtException'));
  stop();
  expect(exits).toEqual([1]);
});
