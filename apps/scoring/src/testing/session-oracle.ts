import { dayAt } from '@millrace/contract-window';

/** A page view, or a key event when it has a `type` of its own; `at` is epoch milliseconds. */
export interface OracleSignal {
  readonly id: string;
  readonly visitor: string;
  readonly at: number;
  readonly type: string;
  readonly url: string;
  readonly referrer: string;
}

export interface OracleSession {
  readonly day: string;
  readonly visitor: string;
  readonly visit_started_at: number;
  readonly started_at: number;
  readonly ended_at: number;
  readonly pages: number;
  readonly landing_page: string;
  readonly exit_page: string;
  readonly channel: string;
  readonly key_events: number;
  readonly is_session: boolean;
  readonly is_continuation: boolean;
  readonly is_continued: boolean;
}

const SILENCE = 30 * 60_000;
const MINIMUM_MS = 30_000;

/** Sessions by the words of the design, one signal at a time: nothing of it is shared with the SQL. */
export function sessionsByHand(signals: readonly OracleSignal[], zone: string): OracleSession[] {
  const once = [...new Map(signals.map((signal) => [signal.id, signal])).values()];
  const ordered = once.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  const visits: { readonly pages: OracleSignal[]; readonly events: { day: string }[] }[] = [];
  const open = new Map<string, (typeof visits)[number]>();
  const lastPageAt = (visitor: string): number => open.get(visitor)?.pages.at(-1)?.at ?? -Infinity;
  for (const page of ordered.filter(({ type }) => type === 'page_viewed')) {
    if (page.at - lastPageAt(page.visitor) >= SILENCE) {
      const visit = { pages: [], events: [] };
      visits.push(visit);
      open.set(page.visitor, visit);
    }
    open.get(page.visitor)?.pages.push(page);
  }
  for (const event of ordered.filter(({ type }) => type !== 'page_viewed')) {
    const before = visits.flatMap(({ pages }) =>
      pages.filter(({ visitor, at }) => visitor === event.visitor && at <= event.at),
    );
    const page = before.reduce<OracleSignal | undefined>(
      (last, one) => (last && last.at > one.at ? last : one),
      undefined,
    );
    if (page === undefined || event.at - page.at >= SILENCE) continue;
    visits.find(({ pages }) => pages.includes(page))?.events.push({ day: dayAt(page.at, zone).date });
  }
  return visits.flatMap(({ pages, events }) => {
    const [landing] = pages as [OracleSignal, ...OracleSignal[]];
    const last = pages.at(-1) ?? landing;
    const days = [...new Set(pages.map(({ at }) => dayAt(at, zone).date))];
    return days.map((day, index): OracleSession => {
      const own = pages.filter(({ at }) => dayAt(at, zone).date === day);
      const [first] = own as [OracleSignal, ...OracleSignal[]];
      const exit = own.at(-1) ?? first;
      return {
        day,
        visitor: landing.visitor,
        visit_started_at: landing.at,
        started_at: first.at,
        ended_at: exit.at,
        pages: own.length,
        landing_page: new URL(landing.url).pathname,
        exit_page: new URL(exit.url).pathname,
        channel: channelByHand(landing),
        key_events: events.filter((event) => event.day === day).length,
        is_session: index === 0 && (pages.length >= 2 || last.at - landing.at >= MINIMUM_MS),
        is_continuation: index > 0,
        is_continued: index < days.length - 1,
      };
    });
  });
}

/** Of the few hosts and mediums that the spec draws from. */
function channelByHand({ url, referrer }: OracleSignal): string {
  const medium = new URL(url).searchParams.get('utm_medium');
  if (medium === 'cpc') return 'paid_search';
  if (medium === 'email' || medium === 'social') return medium;
  if (referrer === '') return 'direct';
  const { host } = new URL(referrer);
  if (host === 'acme.com') return 'direct';
  if (host.includes('google')) return 'organic';
  return host === 't.co' ? 'social' : 'referral';
}
