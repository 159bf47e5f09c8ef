import { DESTINATIONS } from '@millrace/catalog-destinations';
import { LOADABLE_VIEWS } from '@millrace/catalog-models/published';
import { namesInWords } from '@millrace/platform-errors';
import type { Problem } from '@millrace/platform-settings';

import { member } from '../destinations/member';
import { newestTick } from './newest-tick';

/** What is wrong with a destination's loads beyond their shape. They may hold anything: that is for their schema to refuse. */
export function loadProblems(
  { kind, objects, loads }: { readonly kind?: unknown; readonly objects: readonly unknown[]; readonly loads: unknown },
  path: readonly PropertyKey[],
): Problem[] {
  if (!Array.isArray(loads) || loads.length === 0) return [];
  const destination = DESTINATIONS.find((one) => one.kind === kind);
  if (destination !== undefined && destination.load === undefined) {
    const able = DESTINATIONS.filter(({ load }) => load !== undefined).map((one) => one.kind);
    return [
      { path, message: `a destination of kind "${String(kind)}" holds no rows of views: there is ${able.join(', ')}` },
    ];
  }
  const taken = new Map(objects.map((one) => [member(one, 'object'), 'an object']));
  return loads.flatMap((entry: unknown, at) => {
    const view = member(entry, 'view');
    const table = member(entry, 'table') ?? view;
    const by = taken.get(table);
    taken.set(table, 'another load');
    return [
      ...viewProblems(view, [...path, at, 'view']),
      ...scheduleProblems(entry, [...path, at, 'cron']),
      ...(by === undefined ? [] : [{ path: [...path, at], message: `the table "${String(table)}" is of ${by}` }]),
    ];
  });
}

function viewProblems(view: unknown, path: readonly PropertyKey[]): Problem[] {
  const known = Object.keys(LOADABLE_VIEWS);
  if (typeof view !== 'string' || known.includes(view)) return [];
  return [{ path, message: `is "${view}", which cannot be loaded: there is ${namesInWords(view, known)}` }];
}

function scheduleProblems(entry: unknown, path: readonly PropertyKey[]): Problem[] {
  const cron = member(entry, 'cron') ?? '0 0 * * *';
  const zone = member(entry, 'zone') ?? 'UTC';
  if (typeof cron !== 'string' || typeof zone !== 'string') return [];
  try {
    newestTick(cron, zone, 0);
    return [];
  } catch {
    const message = `"${cron}" in ${zone} is not a schedule: give five cron fields and an IANA zone, such as 0 */4 * * * in America/New_York`;
    return [{ path, message }];
  }
}
