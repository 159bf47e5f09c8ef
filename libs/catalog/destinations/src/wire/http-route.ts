import type { DeliveryRecord } from '@millrace/contract-delivery';
import type { WireRequest, WireResponse } from '@millrace/platform-http';

import type { Reading, Refusal, Route, WireBatch, WireContext } from '../destination';
import { readAnswer } from './read-answer';

/** A batch is one request, and one answer says what became of it. */
export interface HttpRouteParts<Settings> extends Pick<Route<Settings>, 'cut' | 'from' | 'dedupeBy' | 'call'> {
  /** Default: `http`. */
  readonly name?: string;
  readonly encode: (record: DeliveryRecord, settings: Settings, context: WireContext) => string | Refusal;
  readonly buildRequest: (batch: WireBatch, settings: Settings) => WireRequest;
  readonly readOutcomes: ReadOutcomes<Settings>;
  /** Reads back what became of a batch whose outcome is unknown. */
  readonly reconcile?: {
    readonly buildRequest: (batch: WireBatch, settings: Settings) => WireRequest;
    readonly readOutcomes: ReadOutcomes<Settings>;
  };
}

type ReadOutcomes<Settings> = (
  response: WireResponse,
  records: readonly DeliveryRecord[],
  settings: Settings,
  context: WireContext,
) => Reading;

/** The route of an API that takes one request a batch: pure functions for the request and for what its answer says. */
export function httpRoute<Settings>(parts: HttpRouteParts<Settings>): Route<Settings> {
  const { name = 'http', buildRequest, readOutcomes, reconcile, ...same } = parts;
  const send =
    (build: typeof buildRequest, read: ReadOutcomes<Settings>): Route<Settings>['deliver'] =>
    async (batch, settings, tools) => {
      const records = batch.items.map(({ record }) => record);
      const answer = await tools.request(build(batch, settings), same.call?.(batch, settings));
      return readAnswer(answer, (response) => read(response, records, settings, batch.context));
    };
  return {
    ...same,
    name,
    deliver: send(buildRequest, readOutcomes),
    ...(reconcile === undefined ? {} : { reconcile: send(reconcile.buildRequest, reconcile.readOutcomes) }),
  };
}
