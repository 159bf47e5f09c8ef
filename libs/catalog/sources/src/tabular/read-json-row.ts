import type { Refusal } from './values';

/** A line of JSONL as the names and cells of a row, so that one mapping serves both formats. Never throws. */
export function readJsonRow(line: string): { readonly names: string[]; readonly cells: string[] } | Refusal {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return { reason: 'not_json', detail: (error as Error).message };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { reason: 'not_an_object', detail: 'a line must be one JSON object' };
  }
  const names: string[] = [];
  const cells: string[] = [];
  for (const [name, cell] of Object.entries(value)) {
    names.push(name);
    if (cell === null) cells.push('');
    else if (typeof cell === 'object') cells.push(JSON.stringify(cell));
    else if (typeof cell === 'number' && Number.isInteger(cell) && !Number.isSafeInteger(cell)) {
      return { reason: 'inexact_number', detail: `${name}: JSON cannot hold so long a number exactly; quote it` };
    } else cells.push(String(cell));
  }
  return { names, cells };
}
