import { useStack } from '@millrace/platform-testing';

import { closeConnections, type Connections } from '../connections/connections';
import { createEngine, type Engine } from '../runs/engine';
import { runWithUpstream } from '../runs/run-upstream';
import { install, seal, seedAccounts, seedPeople } from '../testing/seed';
import { explainPerson } from './explain-person';
import { explanationInLines } from './explanation-lines';

// 02:00 in New York, two nights.
const FIRST = Date.parse('2026-11-23T07:00:00Z');
const SECOND = Date.parse('2026-11-24T07:00:00Z');
const PEOPLE = Array.from({ length: 22 }, (_, index) => index);

describe('an explanation', () => {
  const stack = useStack();
  let connections: Connections;
  let engine: Engine;

  beforeAll(async () => {
    connections = await install(stack);
    engine = createEngine(connections);
    // An e-mail is all that is known of anybody; each was active on a day of their own.
    await seedPeople(
      connections.clickhouse,
      PEOPLE.map((index) => ({
        person_id: `p${index}@acme.example`,
        own_id: null,
        email: `p${index}@acme.example`,
        title: 'Leiter Einkauf',
        seniority: index === 8 ? 'director' : null,
        updated_at: '2026-01-01T00:00:00Z',
      })),
    );
    await seedAccounts(connections.clickhouse, [
      { account_id: 'globex', seats: 4, updated_at: '2026-01-01T00:00:00Z' },
    ]);
    await seal(connections, 1, '2026-11-23T06:10:00Z', [
      ...PEOPLE.map((index) => ({
        at: new Date(FIRST - (index + 1) * 86_400_000 + 8 * 3_600_000).toISOString(),
        type: 'demo_requested',
        email: `p${index}@acme.example`,
      })),
      // Once a week, the one that is scored and four before it.
      ...Array.from({ length: 5 }, (_, week) => ({
        at: new Date(FIRST - (7 * week + 2) * 86_400_000 + 8 * 3_600_000).toISOString(),
        type: 'feature_used',
        account: 'globex',
        user: 'gus',
      })),
    ]);
    await runWithUpstream(engine, 'lead_score', FIRST, []);
    // p5 signs up: the person goes by a user id from now on, and was active once more.
    await seal(connections, 2, '2026-11-24T06:10:00Z', [
      { at: '2026-11-23T15:00Z', type: 'demo_requested', user: 'u5', email: 'p5@acme.example' },
    ]);
    await runWithUpstream(engine, 'lead_score', SECOND, []);
    await runWithUpstream(engine, 'account_health', SECOND, []);
  });
  afterAll(() => closeConnections(connections));

  const linesOf = async (model: string, person: string): Promise<string[]> =>
    explanationInLines(await explainPerson(connections.clickhouse, model, person));

  it('of rfm is in its own words, each rank with what it was under the name of before', async () => {
    const lines = await linesOf('rfm', 'p5@acme.example');
    expect(lines[0]).toBe('u5 p5@acme.example  rfm, f 3, m 1, r 4 -> 5, rfm 431 -> 531, segment promising');
    expect(lines).toContain('Reasons');
    expect(lines).toContain('  Last active 1 day ago (R 5).');
    expect(lines).toContain('  Active on 2 days (F 3).');
    expect(lines).toContain('  No won or open amount (M 1).');
    expect(lines.join('\n')).not.toContain('Contributions');
  });

  it('of lead_score compares with the row of before, under the name of then', async () => {
    const why = await explainPerson(connections.clickhouse, 'lead_score', 'u5');
    const then = await explainPerson(connections.clickhouse, 'lead_score', 'p5@acme.example', why.run.previous_run_id);
    expect(then.entity_id).toBe('p5@acme.example');
    expect([why.entity_id, why.previous_score]).toEqual(['u5', then.score]);
    expect(why.moved.reduce((sum, move) => sum + move.change, 0)).toBe((why.score ?? 0) - (then.score ?? 0));
    expect(explanationInLines(why)[0]).toContain(
      `lead_score ${String(why.score)} (${String(then.score)} -> ${String(why.score)})`,
    );
  });

  it('of lead_score says of which title a seniority was read, and nothing where a system states it', async () => {
    const seniorityOf = async (person: string): Promise<string[]> => {
      const lines = await linesOf('lead_score', person);
      return lines.filter((line) => line.includes('Role is senior')).map((line) => line.trim().replace(/^\S+ +/, ''));
    };
    expect(await seniorityOf('p7@acme.example')).toEqual([
      'Role is senior (director, from the title "Leiter Einkauf")',
    ]);
    expect(await seniorityOf('p8@acme.example')).toEqual(['Role is senior']);
    const { remarks } = await explainPerson(connections.clickhouse, 'lead_score', 'p7@acme.example');
    expect(remarks).toEqual([expect.stringMatching(/^grade \?: 1 of 4 facts are known/)]);
  });

  it('of account_health has points of each part, which sum to it, and its sentences', async () => {
    const why = await explainPerson(connections.clickhouse, 'account_health', 'globex');
    expect(why).toMatchObject({ score: 67, previous_score: null, stage: 'yellow' });
    expect(why.contributions.map(({ sentence }) => sentence)).toEqual([
      'Use of the week against what is usual: +28',
      'Tickets: +19',
      'Use of 4 weeks against the 8 before: +14',
      'Licensed people are active: +6',
    ]);
    expect(explanationInLines(why)[0]).toContain('globex');
    expect(why.score_reasons[0]).toBe('1 of 4 licensed people was active.');
  });

  it('of a first run says so', async () => {
    const why = await explainPerson(connections.clickhouse, 'rfm', 'u5');
    const then = await explainPerson(connections.clickhouse, 'rfm', 'p7@acme.example', why.run.previous_run_id);
    expect(explanationInLines(then)[0]).toMatch(/^p7@acme\.example p7@acme\.example {2}rfm \(first run\), f /);
  });
});
