import { ANY_TYPE, defineDestination } from '../destination';
import { readAnswer } from '../wire/read-answer';
import { staticToken } from '../wire/static-token';
import { composeDigest, encodeLine } from './digest';
import { readSlackAnswer } from './read-slack-answer';
import { channelOf, slackSettings, type SlackSettings } from './slack-settings';

const noChannel = (object: string): string =>
  `There is no channel for the object "${object}": name one in the settings, as channel or in channels`;

/** Tells people in a channel: one message for many records, never one for each. */
export const slack = defineDestination<SlackSettings>({
  kind: 'slack',
  title: 'Slack',
  settings: slackSettings,
  // Slack has no idempotency key for messages: what was sent without an answer may be seen twice.
  guarantee: 'at_least_once',
  account: ({ url, account }) => `${url} ${account}`,
  limits: ({ calls_per_second_and_channel, calls_per_minute }) => [
    {
      name: 'calls_per_second_and_channel',
      kind: 'seconds',
      calls: calls_per_second_and_channel,
      // Slack counts arrivals: a call that was quicker on its way than the one before must not come early.
      seconds: 1.05,
      per: 'channel',
    },
    { name: 'calls_per_minute', kind: 'seconds', calls: calls_per_minute, seconds: 60 },
  ],
  objects: {
    '*': {
      of: ['person', 'account'],
      match: ['email', 'id', 'crm_id'],
      // A message is a message: nothing is looked for, so that the modes mean the same.
      modes: ['update', 'upsert', 'create'],
      fields: {},
      others: {
        name: /^[^\s<>&]{1,80}$/,
        inWords: 'a name without spaces, <, > and &, 80 characters at most',
        takes: ANY_TYPE,
      },
    },
  },
  mappingProblem: (settings, { object }) => (channelOf(settings, object) === undefined ? noChannel(object) : null),
  timeoutMs: ({ timeout_seconds }) => timeout_seconds * 1000,
  allowsPrivateAddresses: ({ allow_private_addresses }) => allow_private_addresses,
  auth: ({ token }) => staticToken(token),
  routes: ({ max_records }) => [
    {
      name: 'digest',
      // A line has 400 characters at most, of which each may become five bytes more when it is escaped.
      cut: { maxRecords: max_records, maxBytes: max_records * 4_000 },
      encode: (record, settings, { object }) =>
        channelOf(settings, object) === undefined ? { refused: noChannel(object) } : encodeLine(record),
      call: ({ context }, settings) => channelCall(settings, context.object),
      deliver: async ({ items, context }, settings, tools) => {
        const channel = channelOf(settings, context.object);
        if (channel === undefined) return { kind: 'paused', detail: noChannel(context.object) };
        const lines = items.map(({ encoded }) => encoded);
        const { text, named } = composeDigest(lines, context, settings.max_characters);
        const answer = await tools.request(postMessage(settings, channel, text), { channel });
        const records = items.map(({ record }) => record);
        return readAnswer(answer, (response) => readSlackAnswer(response, records, named));
      },
    },
  ],
});

const channelCall = (settings: SlackSettings, object: string): { readonly channel?: string } => {
  const channel = channelOf(settings, object);
  return channel === undefined ? {} : { channel };
};

/** Plain text: values make nothing bold, no links and no mentions. */
const postMessage = ({ url }: SlackSettings, channel: string, text: string) =>
  ({
    method: 'POST',
    url: `${url.replace(/\/+$/, '')}/chat.postMessage`,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({
      channel,
      text,
      mrkdwn: false,
      parse: 'none',
      link_names: false,
      unfurl_links: false,
      unfurl_media: false,
    }),
  }) as const;
