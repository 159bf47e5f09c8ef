import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';

/** What a look at the view `signals` saw of one step. */
export interface StepSeen {
  readonly step: number;
  readonly rows: number;
  readonly hash: string;
}

/** A reader that looks at the view `signals` over and over, as a dashboard would. */
export interface Reader {
  /** Different answers; a look that gave the same as the one before is counted only. */
  readonly looks: readonly (readonly StepSeen[])[];
  readonly count: number;
  stop(): Promise<void>;
}

const PAUSE_MS = 250;

export function startReader(clickhouse: ClickHouse): Reader {
  const looks: (readonly StepSeen[])[] = [];
  let count = 0;
  let last = '';
  let isOver = false;
  const query = loadSql(__dirname, 'sql/steps-seen.sql');
  const look = async (): Promise<void> => {
    // Before the tables exist, and while ClickHouse is away, there is nothing to see.
    const seen = await clickhouse.query<StepSeen>(query).catch(() => undefined);
    if (seen === undefined) return;
    count += 1;
    const text = JSON.stringify(seen);
    if (text !== last) looks.push(seen);
    last = text;
  };
  const running = (async () => {
    while (!isOver) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  })();
  return {
    looks,
    get count() {
      return count;
    },
    stop: async () => {
      isOver = true;
      await running;
    },
  };
}
