import type { Table } from './read-tables';

const CLAUSE = /^(?:toDateTime\()?(\w+)\)? \+ toInterval(Day|Month)\((\d+)\)(?: WHERE (.+))?$/;

/** How long rows are kept, such as "400 days after `written_on`"; empty without a TTL. An expression of another form stays one. */
export const ttlInWords = (ttl: string): string =>
  ttl === ''
    ? ''
    : ttl
        .split(/, (?![^(]*\))/)
        .map((clause) => {
          const [, column, unit, count, condition] = CLAUSE.exec(clause) ?? [];
          if (column === undefined) return `until \`${clause}\``;
          const kept = `${count} ${unit?.toLowerCase()}${count === '1' ? '' : 's'} after \`${column}\``;
          return condition === undefined ? kept : `${kept} where \`${condition}\``;
        })
        .join(', ');

/** Types as an analyst needs them: how values are encoded is left out, and every instant is UTC. */
export function typeInWords(type: string): string {
  const plain = type.replace(/DateTime\('UTC'\)/g, 'DateTime').replace(/(DateTime64\(\d+), 'UTC'\)/g, '$1)');
  return plain.replace(/LowCardinality\(((?:Nullable\(\w+\))|\w+)\)/g, '$1');
}

/** How long the tables below a view keep their rows; empty where none has a TTL. Those of runs that are only tried are left out. */
export function keptBelow(view: Table, byName: ReadonlyMap<string, Table>): string {
  const kept = new Map<string, string>();
  const visit = (name: string): void => {
    const table = byName.get(name);
    if (table === undefined || kept.has(name) || name.endsWith('_trial')) return;
    kept.set(name, ttlInWords(table.ttl));
    if (table.isView) table.sources.forEach(visit);
  };
  view.sources.forEach(visit);
  return [...kept].flatMap(([name, words]) => (words === '' ? [] : [`${words} (\`${name}\`)`])).join(', ');
}
