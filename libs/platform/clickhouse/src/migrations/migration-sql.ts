import { MillraceError } from '@millrace/platform-errors';

export interface Topology {
  readonly database: string;
  /** Unset on a single server. */
  readonly cluster?: string | undefined;
}

/** Placeholders of a service's own: `{{name table}}` becomes what the function of that name makes of the table. */
export type Macros = Readonly<Record<string, (table: string) => string>>;

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;

/**
 * Fills in what differs between one server and a cluster: `{{database}}`, `{{on_cluster}}` and
 * `{{engine ReplacingMergeTree(version)}}`. Replicated engines take their path and replica from the server's
 * `default_replica_path` and `default_replica_name`. What a macro makes is filled in, too.
 */
export function expandTopology(sql: string, topology: Topology, file: string, macros: Macros = {}): string {
  return sql.replace(PLACEHOLDER, (_whole, content: string) => {
    if (content === 'database') return topology.database;
    if (content === 'on_cluster') return topology.cluster === undefined ? '' : `on cluster '${topology.cluster}'`;
    const engine = /^engine\s+(\w*MergeTree\b.*)$/s.exec(content)?.[1];
    if (engine !== undefined) return topology.cluster === undefined ? engine : `Replicated${engine}`;
    const [, name = '', table = ''] = /^(\w+)\s+(\w+)$/.exec(content) ?? [];
    const macro = Object.hasOwn(macros, name) ? macros[name] : undefined;
    if (macro !== undefined) return expandTopology(macro(table), topology, file);
    throw new MillraceError(`The migration ${file} holds {{${content}}}, which means nothing`, {
      code: 'MIGRATION_INVALID',
      advice: [
        'Use {{database}}, {{on_cluster}} or {{engine ...MergeTree(...)}}',
        ...Object.keys(macros).map((one) => `{{${one} <table>}}`),
      ].join(' or '),
    });
  });
}

/** The statements of a file: each ends with a semicolon at the end of a line. Lines of comments alone end nothing. */
export function splitStatements(sql: string): readonly string[] {
  const statements: string[] = [];
  let lines: string[] = [];
  const finish = () => {
    const statement = lines.join('\n').trim();
    const hasCode = lines.some((line) => line.trim() !== '' && !line.trim().startsWith('--'));
    if (hasCode) statements.push(statement);
    lines = [];
  };
  for (const line of sql.split('\n')) {
    const isComment = line.trim().startsWith('--');
    if (!isComment && /;\s*$/.test(line)) {
      lines.push(line.replace(/;\s*$/, ''));
      finish();
    } else {
      lines.push(line);
    }
  }
  finish();
  return statements;
}
