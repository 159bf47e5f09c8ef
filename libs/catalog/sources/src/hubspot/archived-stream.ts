import { isObject, objectOf, textOf } from '../mapping/values';
import type { Page, PollStream } from '../source';
import { callApi } from './call-api';
import type { HubspotSettings } from './settings';

const PAGE = 100;

/** What was deleted: a list without an order by time, which HubSpot keeps for 90 days. Each pass reads all of it. */
export function archivedStream(object: string): PollStream<HubspotSettings> {
  return {
    everySeconds: 3_600,
    first: () => ({ after: '' }),
    async page({ after }, settings, tools): Promise<Page> {
      const from = typeof after === 'string' && after !== '' ? `&after=${encodeURIComponent(after)}` : '';
      const called = await callApi(tools, settings, `/crm/v3/objects/${object}?archived=true&limit=${PAGE}${from}`);
      if (!called.ok) return called.page;
      const { results, paging } = called.body;
      if (!Array.isArray(results)) return { kind: 'failed', detail: 'the list of what was deleted has no results' };
      const next = textOf(objectOf(objectOf(paging)['next'])['after']);
      const records = results.filter(isObject).map((record) => ({ object, record }));
      return { kind: 'page', records, next: { after: next ?? '' }, isLast: next === null };
    },
  };
}
