/** Names what there is and not the path that was asked for: a path may hold a write key. */
export const noRoute = (paths: readonly string[]) =>
  ({
    success: false,
    code: 'NOT_FOUND',
    message: `Nothing is served here. There is ${paths.length === 0 ? 'no source that takes requests' : paths.join(', ')}`,
  }) as const;

/** What is used of Fastify's reply, whose own type depends on the route: there is none. */
interface Reply {
  code(status: number): { send(body: unknown): unknown };
}

/** Fastify's own refusal of a path that it cannot read would repeat it. */
export function refuseUnreadablePath({ statusCode = 400 }: { statusCode?: number }, _: unknown, reply: unknown): void {
  const body = { success: false, code: 'SOURCE_PAYLOAD_INVALID', message: 'The path of the request cannot be read' };
  (reply as Reply).code(statusCode).send(body);
}
