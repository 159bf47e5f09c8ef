import { causeChain, messageOf, sentence } from './describe-error';
import { MillraceError } from './millrace-error';

/** What Node says when a connection cannot be made ends with where to. */
const CONNECTING = /\b(connect|getaddrinfo) (E[A-Z_]+)(?: \S+)+/g;
const URL_LIKE = /\b[a-z][a-z0-9+.-]*:\/\/\S+/gi;
/** host:port, an IPv4 address with or without a port, [IPv6]:port; `02:10` is a time and stays. */
const HOST_PORT =
  /(?:\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?|\[[\da-f:]*:[\da-f:]*\](?::\d+)?|\b[a-z][\w-]*(?:\.[\w-]+)*:\d{2,5})(?![\w:])/gi;

const withoutAddresses = (text: string): string =>
  text.replace(URL_LIKE, '(address)').replace(CONNECTING, '$1 $2').replace(HOST_PORT, '(address)');

/**
 * One line for whoever can reach a service: the code, our own words, the way out. Details (URLs, SQL, names of users), addresses and
 * what a driver or a server said stay in the log.
 * `CLICKHOUSE_UNAVAILABLE: ClickHouse does not answer. Check CLICKHOUSE_URL and that the server is up.`
 */
export function describeInPublic(error: unknown): string {
  const [head, ...causes] = causeChain(error);
  const ours = causes.filter((cause) => cause instanceof MillraceError);
  const told = [head, ...ours].map((link) => ({ link, words: withoutAddresses(messageOf(link)).replace(/\.$/, '') }));
  const parts = told
    .filter(({ words }, index) => !told.slice(0, index).some((before) => before.words.includes(words)))
    .map(({ link, words }) => (link instanceof MillraceError ? `${link.code}: ${words}` : words));
  const advice = [head, ...ours].find((link) => link instanceof MillraceError && link.advice !== undefined);
  const wayOut = advice instanceof MillraceError ? `. ${sentence(withoutAddresses(advice.advice ?? ''))}` : '';
  return parts.join(', because ') + wayOut;
}
