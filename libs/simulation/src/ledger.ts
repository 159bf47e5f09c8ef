import type { QuarantineReason, Signal } from '@millrace/contract-signal';

import type { SimulatedEvent, SimulatedFate, SimulationLedger } from './simulation';

/** Counts everything once: the sums that the sealed windows must add up to. */
export function countLedger(events: Iterable<SimulatedEvent>, directSignals: Iterable<Signal>): SimulationLedger {
  const byFate: Record<SimulatedFate, number> = { ok: 0, duplicate: 0, late: 0, invalid: 0, urgent: 0 };
  const invalidByReason: Partial<Record<QuarantineReason, number>> = {};
  const bySource: Record<string, number> = {};
  let total = 0;
  let bots = 0;
  for (const event of events) {
    total += 1;
    byFate[event.fate] += 1;
    bySource[event.source] = (bySource[event.source] ?? 0) + 1;
    if (event.isBot) bots += 1;
    if (event.reason !== null) invalidByReason[event.reason] = (invalidByReason[event.reason] ?? 0) + 1;
  }
  let direct = 0;
  for (const signal of directSignals) {
    direct += 1;
    bySource[signal.source] = (bySource[signal.source] ?? 0) + 1;
  }
  return {
    events: total,
    byFate,
    invalidByReason,
    distinct: byFate.ok + byFate.late + byFate.urgent,
    bots,
    bySource,
    directSignals: direct,
  };
}
