import { createTools, deliverBatch, type Reading, type Tools, type WireBatch } from '@millrace/catalog-destinations';
import type { Turn } from '@millrace/platform-http';
import { isBrokenCircuitError } from 'cockatiel';

import type { Chunk } from './chunk';
import type { AttemptFacts } from './judge';
import { presentable } from './presentable';

/** What one attempt came to. */
export interface Attempt extends AttemptFacts {
  readonly reading: Reading;
  /** The circuit was not closed: it was a look whether the destination is back. */
  readonly isProbe: boolean;
}

class InfrastructureFailure extends Error {
  constructor(readonly reading: Reading) {
    super(reading.kind);
  }
}

/** Delivers a wire batch in a turn. Null: the circuit is open, nothing was sent. */
export async function attempt(chunk: Chunk, batch: WireBatch, turn: Turn): Promise<Attempt | null> {
  const { runtime } = chunk.deps;
  const { destination, settings, redact } = runtime.configured;
  const isProbe = !runtime.isCircuitClosed;
  const startedAt = chunk.deps.now();
  const { tools, statusCode } = toolsOf(chunk, turn);
  let reading: Reading;
  try {
    reading = await runtime.circuit.execute(async () => {
      const read = presentable(await deliverBatch(destination, chunk.route, batch, settings, tools), redact);
      if (read.kind === 'retryable' || read.kind === 'unreachable' || read.kind === 'unknown')
        throw new InfrastructureFailure(read);
      return read;
    });
  } catch (error) {
    if (isBrokenCircuitError(error)) return null;
    if (!(error instanceof InfrastructureFailure)) throw error;
    reading = error.reading;
  } finally {
    turn.release();
  }
  return { reading, isProbe, statusCode: statusCode(), startedAt, endedAt: chunk.deps.now() };
}

/** Tools for one piece of work, and the status of the last answer; null: there was none. */
export function toolsOf(
  { batch, deps, signal }: Chunk,
  turn?: Turn,
): { readonly tools: Tools; readonly statusCode: () => number | null } {
  const { account } = deps.runtime;
  let status: number | null = null;
  const tools = createTools({
    // What is on its way when the process stops is answered: cut, nobody would know what became of it.
    account: { ...account, requestIn: (given, request) => account.requestIn(given, request) },
    sink: deps.sink,
    now: deps.now,
    signal,
    mayUseReserve: batch.lane === 'urgent',
    ...(turn === undefined ? {} : { turn }),
    onAnswer: (answer) => (status = answer.kind === 'response' ? answer.response.status : null),
  });
  return { tools, statusCode: () => status };
}
