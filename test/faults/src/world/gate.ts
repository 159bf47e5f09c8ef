import { httpProxy, type HttpProxy } from '@millrace/platform-testing';

/** A place on the way to ClickHouse where some statements can be made to wait. */
export interface Gate extends HttpProxy {
  /** Statements that wait now. */
  readonly waiting: number;
  shut(): void;
  open(): void;
}

export async function gate(target: string, statements: RegExp): Promise<Gate> {
  let isShut = false;
  let waiters: (() => void)[] = [];
  const proxy = await httpProxy(target, async ({ url, statement }) => {
    if (isShut && statements.test(statement)) await new Promise<void>((resolve) => waiters.push(resolve));
    return url;
  });
  return {
    ...proxy,
    get waiting() {
      return waiters.length;
    },
    shut: () => {
      isShut = true;
    },
    open: () => {
      isShut = false;
      for (const go of waiters) go();
      waiters = [];
    },
  };
}
