import type { PollSource } from '../source';
import { describeMapping, type UsualSettings } from './describe-source';

/** What every polled source must hold to beside its own spec: its mapping, its streams, the names of whose quota it uses. */
export function describePollSource(source: PollSource, folder: string, settings: UsualSettings): void {
  describe(`the source ${source.type} conforms`, () => {
    describeMapping(source, folder, settings);

    it('begins each stream at a cursor that can be written down', () => {
      const parsed: unknown = source.settings.parse(settings);
      expect(Object.keys(source.streams)).not.toEqual([]);
      for (const [name, stream] of Object.entries(source.streams)) {
        expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
        expect(stream.everySeconds).toBeGreaterThan(0);
        const first = stream.first(0, parsed);
        expect(JSON.parse(JSON.stringify(first))).toEqual(first);
      }
    });

    it('shows no secret in the name of its account', () => {
      const secrets = Object.values(settings).filter((value) => typeof value === 'string');
      const account = source.account(source.settings.parse(settings));
      for (const secret of secrets) expect(account).not.toContain(secret);
    });

    it('says of an answer that nobody can read that there is no page, and never throws', async () => {
      const parsed: unknown = source.settings.parse(settings);
      const answers = ['', 'null', '[]', '{}', '{"results":7}', '{"results":[null,1,{}]}', '<html>'];
      for (const stream of Object.values(source.streams)) {
        for (const body of answers) {
          const response = { status: 200, headers: {}, body, receivedAt: 0 };
          const request = () => Promise.resolve({ kind: 'response' as const, response });
          const tools = { request, now: () => 0, signal: new AbortController().signal };
          const page = await stream.page(stream.first(0, parsed), parsed, tools);
          expect(['page', 'failed']).toContain(page.kind);
        }
      }
    });
  });
}
