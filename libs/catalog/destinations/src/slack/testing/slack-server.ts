import { createApiServer, type ApiAnswer } from '../../testing/api-server';
import type { ReceivedRequest } from '../../testing/local-receiver';
import type { MadeApi } from '../../testing/made-api';
import { RecordStore } from '../../testing/record-store';

export interface SlackServerOptions {
  readonly port?: number;
  /** Channels that there are. Default: every one. */
  readonly channels?: readonly string[];
}

export interface SlackServer extends MadeApi {
  /** What was posted, in turn, as people see it. */
  readonly messages: readonly { readonly channel: string; readonly text: string }[];
}

/** What is longer is cut, with a warning. */
const LONGEST_TEXT = 40_000;

/**
 * chat.postMessage as Slack's reference describes it: 200 with `ok`, for JSON and for forms. A record is there when a line of a
 * message begins with it. Verdicts: `ok`, or the error code with which a message that tells of the record is refused.
 */
export async function createSlackServer({ port = 0, channels }: SlackServerOptions = {}): Promise<SlackServer> {
  const store = new RecordStore();
  const messages: { channel: string; text: string }[] = [];
  const post = (request: ReceivedRequest): ApiAnswer => {
    if (!/^Bearer \S+/.test(request.headers.authorization ?? '')) return refused('not_authed');
    const { channel = '', text = '' } = argumentsOf(request);
    if (channels?.includes(channel) === false) return refused('channel_not_found');
    if (text === '') return refused('no_text');
    const warnings = text.length > LONGEST_TEXT ? ['message_truncated'] : [];
    const shown = unescape(text.slice(0, LONGEST_TEXT));
    const keys = keysIn(shown);
    const verdict = keys.map((key) => store.verdict(key)).find((word) => word !== 'ok');
    if (verdict !== undefined) return refused(verdict);
    for (const key of keys) store.write(key, { text: shown });
    messages.push({ channel, text: shown });
    const ts = `1767596700.${String(messages.length).padStart(6, '0')}`;
    return {
      status: 200,
      body: { ok: true, channel, ts, message: { type: 'message', text, ts }, response_metadata: { warnings } },
    };
  };
  const server = await createApiServer((request) => {
    const isPost = request.path.split('?')[0]?.endsWith('/chat.postMessage') === true;
    return { isWrite: isPost, apply: () => (isPost ? post(request) : refused('unknown_method')) };
  }, port);
  return Object.assign(store.with(server), { messages });
}

const refused = (error: string): ApiAnswer => ({ status: 200, body: { ok: false, error } });

function argumentsOf({ headers, body }: ReceivedRequest): { readonly channel?: string; readonly text?: string } {
  const isJson = (headers['content-type'] ?? '').startsWith('application/json');
  return isJson
    ? (JSON.parse(body) as { channel?: string; text?: string })
    : Object.fromEntries(new URLSearchParams(body));
}

const unescape = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** Of lines such as `• ana@example.com · lead_score 72`. */
const keysIn = (text: string): string[] =>
  [...text.matchAll(/^• (.*?)(?: · |$)/gm)].map(([, key = '']) => key).filter((key) => key !== '');
