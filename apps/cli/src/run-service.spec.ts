import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';

import { endWith } from './run-service';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const listeners = (): number[] => SIGNALS.map((signal) => process.listenerCount(signal));

it('hands to the child what only this process gets, and waits for it when the terminal stops both', () => {
  const before = listeners();
  const kill = jest.fn();
  const child = Object.assign(new EventEmitter(), { kill });
  endWith(child as unknown as ChildProcess);
  for (const signal of SIGNALS) process.emit(signal, signal);
  expect(kill.mock.calls).toEqual([['SIGTERM'], ['SIGHUP']]);
  child.emit('exit', 1);
  expect(listeners()).toEqual(before);
});
