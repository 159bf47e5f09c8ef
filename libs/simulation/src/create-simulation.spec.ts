import { hasIdentity } from '@millrace/contract-signal';

import { createSimulation } from './create-simulation';
import type { SimulatedEvent, SimulationOptions } from './simulation';

const OPTIONS: SimulationOptions = {
  seed: 7,
  days: 14,
  endsAt: Date.parse('2026-03-13T15:30:00Z'), // Friday, 11:30 in New York, five days after the spring switch
  accounts: 40,
  signalsPerDay: 1_000,
  zone: 'America/New_York',
};
const simulation = createSimulation(OPTIONS);
const events = [...simulation.events];
const signals = [...simulation.directSignals];

describe('createSimulation', () => {
  it('gives the same events on every iteration and for the same seed, others for another seed', () => {
    // As text: comparing 14,000 objects by hand takes seconds.
    const text = (list: Iterable<unknown>): string => JSON.stringify([...list]);
    const again = createSimulation(OPTIONS);
    expect(text(simulation.events) === text(events)).toBe(true);
    expect(text(again.events) === text(events)).toBe(true);
    expect(text(again.directSignals) === text(signals)).toBe(true);
    expect(text(createSimulation({ ...OPTIONS, seed: 8 }).events) === text(events)).toBe(false);
  });

  it('sends events in the order of sentAt, all of them inside the simulated time', () => {
    const startsAt = Date.parse('2026-02-27T00:00:00-05:00');
    const outOfOrder = events.filter((event, index) => event.sentAt < (events[index - 1]?.sentAt ?? startsAt));
    const outside = events.filter(
      ({ occurredAt, sentAt }) => occurredAt < startsAt || occurredAt >= OPTIONS.endsAt || sentAt > OPTIONS.endsAt,
    );
    expect(outOfOrder).toEqual([]);
    expect(outside).toEqual([]);
  });

  it('uses a messageId once, except for duplicates, which repeat an earlier event exactly', () => {
    const first = new Map<string, SimulatedEvent>();
    const wrong = events.filter((event) => {
      const earlier = first.get(event.call.messageId);
      if (earlier === undefined) first.set(event.call.messageId, event);
      return event.fate === 'duplicate' ? earlier?.call !== event.call : earlier !== undefined;
    });
    expect(wrong).toEqual([]);
    expect(new Set(signals.map((signal) => signal.signal_id)).size).toBe(signals.length);
  });

  it('has some of every fate, and a ledger that adds up', () => {
    const { ledger } = simulation;
    for (const fate of ['ok', 'duplicate', 'late', 'invalid', 'urgent'] as const)
      expect(ledger.byFate[fate]).toBeGreaterThan(0);
    const { ok, urgent, late, duplicate, invalid } = ledger.byFate;
    expect(ledger.events).toBe(events.length);
    expect(ok + urgent + late + duplicate + invalid).toBe(events.length);
    expect(ledger.distinct).toBe(
      new Set(events.filter((event) => event.fate !== 'invalid').map((event) => event.call.messageId)).size,
    );
    expect(Object.values(ledger.invalidByReason).reduce((sum, count) => sum + count, 0)).toBe(invalid);
    expect(Object.values(ledger.bySource).reduce((sum, count) => sum + count, 0)).toBe(
      events.length + ledger.directSignals,
    );
    expect(ledger.directSignals).toBe(signals.length);
    expect(invalid / events.length).toBeLessThan(0.001);
  });

  it('keeps to the volume asked for on ordinary working days and rests at the week-end', () => {
    const on = (date: string): number =>
      [...events.map((event) => event.occurredAt), ...signals.map((signal) => signal.occurred_at)].filter((at) =>
        new Date(at).toISOString().startsWith(date),
      ).length;
    for (const date of ['2026-03-03', '2026-03-04', '2026-03-05', '2026-03-10']) {
      expect(on(date)).toBeGreaterThan(600);
      expect(on(date)).toBeLessThan(2_200);
    }
    expect(on('2026-03-08')).toBeLessThan(0.35 * on('2026-03-10'));
  });

  it('gives every direct signal an identity and every person an account', () => {
    const accountIds = new Set(simulation.accounts.map((account) => account.account_id));
    expect(signals.every(hasIdentity)).toBe(true);
    expect(accountIds.size).toBe(OPTIONS.accounts);
    expect(simulation.people.every((person) => accountIds.has(person.account_id ?? ''))).toBe(true);
    const personIds = simulation.people.map((person) => person.person_id);
    expect(new Set(personIds).size).toBe(personIds.length);
    expect(new Set(simulation.people.map((person) => person.email)).size).toBe(personIds.length);
  });

  it('refuses options that leave no room for the stories', () => {
    expect(() => createSimulation({ ...OPTIONS, accounts: 3 })).toThrow(RangeError);
    expect(() => createSimulation({ ...OPTIONS, days: 0 })).toThrow(RangeError);
  });
});

describe('stories', () => {
  const callsOf = (personId: string | undefined, name: string): SimulatedEvent[] =>
    events.filter((event) => event.call.userId === personId && event.call.event === name && event.fate !== 'duplicate');

  it('let at least three leads warm up and request a demo on a whole local day before the end', () => {
    const demos = simulation.stories.filter((story) => story.expect === 'mql');
    expect(demos.length).toBeGreaterThanOrEqual(3);
    for (const story of demos) {
      const [request] = callsOf(story.personIds[0], 'Demo Requested');
      expect(request?.fate).toBe('urgent');
      expect(request?.occurredAt).toBe(story.turnsAt);
      expect(story.turnsAt).toBeLessThan(Date.parse('2026-03-13T00:00:00-04:00'));
      expect(callsOf(story.personIds[0], 'Content Downloaded')).toHaveLength(1);
      expect(callsOf(story.personIds[0], 'Webinar Attended')).toHaveLength(1);
      const anonymous =
        simulation.people.length > 0 &&
        events.some((event) => event.call.type === 'identify' && event.call.userId === story.personIds[0]);
      expect(anonymous).toBe(true);
    }
  });

  it('let one customer fall silent', () => {
    const story = simulation.stories.find((candidate) => candidate.expect === 'at_risk');
    const uses = events.filter(
      (event) => event.source === 'product' && story?.personIds.includes(event.call.userId ?? ''),
    );
    expect(uses.length).toBeGreaterThan(50);
    expect(uses.filter((event) => event.occurredAt > (story?.turnsAt ?? 0))).toHaveLength(0);
    expect(OPTIONS.endsAt - (story?.turnsAt ?? 0)).toBeGreaterThan(4 * 86_400_000);
  });

  it('let a trial be activated by at least three distinct features', () => {
    const story = simulation.stories.find((candidate) => candidate.expect === 'pql');
    expect(callsOf(story?.personIds[0], 'Trial Started')).toHaveLength(1);
    const features = story?.personIds
      .flatMap((id) => callsOf(id, 'Feature Used'))
      .map((event) => event.call.properties?.['feature']);
    expect(new Set(features).size).toBeGreaterThanOrEqual(3);
  });

  it('let one account be seen by a provider of intent data alone', () => {
    const story = simulation.stories.find((candidate) => candidate.expect === 'surging');
    const account = simulation.accounts.find(({ account_id: id }) => id === story?.accountId);
    expect(simulation.intentSignals.map(({ domain }) => domain)).toEqual(Array(3).fill(account?.domain));
    expect(simulation.intentSignals.every(({ value }) => Number(value) >= 60)).toBe(true);
    expect(events.filter((event) => story?.personIds.includes(event.call.userId ?? ''))).toEqual([]);
  });

  it('fit into three days and into ninety', () => {
    for (const days of [3, 90]) {
      const other = createSimulation({ ...OPTIONS, days, signalsPerDay: 50 });
      const known = new Set([...other.events].map((event) => event.call.event));
      expect([...known]).toEqual(expect.arrayContaining(['Demo Requested', 'Trial Started', 'Feature Used']));
    }
  });
});
