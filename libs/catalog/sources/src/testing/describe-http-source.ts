import fc from 'fast-check';

import type { HttpSource, RawRequest, ReadResult, SignatureRoute, WriteKeyRoute } from '../source';
import { describeMapping, type UsualSettings } from './describe-source';

/** A request as its sender makes it, and what is read of it. */
export interface RequestFixture {
  readonly title: string;
  /** Of the route. */
  readonly path: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  readonly settings?: UsualSettings;
  /** 200 with the number of records that `map` makes something of, and of those that are put aside; or the refusal. */
  readonly expect:
    { readonly status: 200; readonly accepted: number; readonly quarantined: number } | { readonly status: 400 | 401 };
}

export interface HttpConformance {
  readonly settings?: UsualSettings;
  readonly requests: readonly RequestFixture[];
}

/** What every HTTP source must hold to: its mapping, its requests, and of signed ones that nothing else passes. */
export function describeHttpSource(source: HttpSource, folder: string, conformance: HttpConformance): void {
  const { settings: usual = {}, requests } = conformance;
  const settingsOf = (fixture: RequestFixture): unknown => source.settings.parse({ ...usual, ...fixture.settings });

  describe(`the source ${source.type} conforms`, () => {
    describeMapping(source, folder, usual);

    it.each(requests)('reads a request: $title', (fixture) => {
      expect(outcomeOf(source, fixture, settingsOf(fixture))).toEqual(fixture.expect);
    });

    it('never throws at a body of any bytes', () => {
      const routes = source.routes.filter(({ auth }) => auth !== 'none');
      const request = fc.record({
        body: fc.uint8Array({ maxLength: 300 }),
        headers: fc.dictionary(fc.string(), fc.string()),
      });
      fc.assert(
        fc.property(fc.constantFrom(...routes), request, (route, { body, headers }) => {
          const raw = {
            headers,
            params: {},
            body: Buffer.from(body),
            receivedAt: 1_767_225_600_000,
            publicUrl: undefined,
          };
          const fixture = requests.find(({ path }) => path === route.path) ?? requests[0];
          const read = route as WriteKeyRoute | SignatureRoute<unknown>;
          const settings = fixture === undefined ? source.settings.parse(usual) : settingsOf(fixture);
          if (read.auth === 'signature') read.check?.(raw, settings);
          const result = read.auth === 'signature' ? read.read(raw, settings) : read.read(raw);
          expect(typeof result.ok).toBe('boolean');
        }),
        { numRuns: 300 },
      );
    });

    const signed = requests.filter(
      (fixture) => fixture.expect.status === 200 && routeOf(source, fixture).auth === 'signature',
    );
    if (signed.length === 0) return;

    it.each(signed)('refuses what is not signed, made of: $title', (fixture) => {
      const settings = settingsOf(fixture);
      for (const broken of brokenOf(fixture)) {
        expect({ broken: broken.title, ...outcomeOf(source, broken, settings) }).toEqual({
          broken: broken.title,
          status: 401,
        });
      }
    });

    it.each(signed)('refuses any byte changed, made of: $title', (fixture) => {
      const settings = settingsOf(fixture);
      const body = Buffer.from(fixture.body);
      fc.assert(
        fc.property(fc.nat(body.length - 1), fc.integer({ min: 1, max: 255 }), (at, bits) => {
          const changedBody = Buffer.from(body);
          changedBody[at] = (body[at] ?? 0) ^ bits;
          expect(outcomeOf(source, { ...fixture, body: changedBody }, settings)).toEqual({ status: 401 });
        }),
      );
    });
  });
}

const routeOf = (
  source: HttpSource,
  { path, method = 'POST' }: RequestFixture,
): WriteKeyRoute | SignatureRoute<unknown> => {
  const route = source.routes.find((one) => one.path === path && one.method === method);
  if (route === undefined || route.auth === 'none') throw new Error(`${source.type} has no route ${method} ${path}`);
  return route;
};

const rawOf = ({ headers = {}, params = {}, body, receivedAt }: RequestFixture): RawRequest => ({
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  params,
  body: Buffer.from(body),
  receivedAt,
  publicUrl: undefined,
});

/** As the runner does it: what headers show, the body, the map. */
function outcomeOf(source: HttpSource, fixture: RequestFixture, settings: unknown): RequestFixture['expect'] {
  const route = routeOf(source, fixture);
  const raw = rawOf(fixture);
  const refused = route.auth === 'signature' ? route.check?.(raw, settings) : undefined;
  const read: ReadResult = refused ?? (route.auth === 'signature' ? route.read(raw, settings) : route.read(raw));
  if (!read.ok) return { status: read.status };
  const context = { instance: 'website', receivedAt: fixture.receivedAt, sentAt: read.sentAt ?? null, settings };
  const mapped = read.records.flatMap((record) => source.map(record, context));
  const of = (...fates: readonly string[]): number => mapped.filter(({ fate }) => fates.includes(fate)).length;
  return { status: 200, accepted: of('signal', 'person', 'account'), quarantined: of('quarantine') };
}

/** From a good request: another body, a byte less, every header of it missing or changed where that must be noticed. */
function brokenOf(fixture: RequestFixture): RequestFixture[] {
  const body = Buffer.from(fixture.body);
  const flipped = Buffer.from(body);
  flipped[0] = (flipped[0] ?? 0) ^ 1;
  const others = Object.entries(fixture.headers ?? {}).filter(([name]) => !/^content-/i.test(name));
  const without = (name: string): Record<string, string> => Object.fromEntries(others.filter(([one]) => one !== name));
  return [
    { ...fixture, title: 'another body', body: flipped },
    { ...fixture, title: 'a byte more', body: Buffer.concat([body, Buffer.from(' ')]) },
    { ...fixture, title: 'a byte less', body: body.subarray(0, -1) },
    ...others.flatMap(([name, value]) => [
      { ...fixture, title: `without ${name}`, headers: without(name) },
      { ...fixture, title: `empty ${name}`, headers: { ...fixture.headers, [name]: '' } },
      { ...fixture, title: `another ${name}`, headers: { ...fixture.headers, [name]: changed(value) } },
    ]),
  ];
}

/** One character in the middle is another of its kind. */
function changed(value: string): string {
  const at = Math.floor(value.length / 2);
  const now = value[at] ?? '';
  return (
    value.slice(0, at) +
    (/\d/.test(now) ? String((Number(now) + 1) % 10) : now === 'A' ? 'B' : 'A') +
    value.slice(at + 1)
  );
}
