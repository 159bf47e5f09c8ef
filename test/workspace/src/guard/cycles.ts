import type { ModuleGraph } from './module-graph';

/** Files that reach one another by their imports, a group a cycle, sorted (Tarjan's strongly connected components). */
export function cyclesOf(graph: ModuleGraph): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const cycles: string[][] = [];
  const lower = (file: string, to: number | undefined): void => {
    lowest.set(file, Math.min(lowest.get(file) ?? Infinity, to ?? Infinity));
  };

  const visit = (file: string): void => {
    order.set(file, order.size);
    lower(file, order.get(file));
    open.push(file);
    const imports = graph.get(file) ?? [];
    for (const next of imports.filter((path) => graph.has(path))) {
      if (!order.has(next)) {
        visit(next);
        lower(file, lowest.get(next));
      } else if (open.includes(next)) lower(file, order.get(next));
    }
    if (lowest.get(file) !== order.get(file)) return;
    const group = open.splice(open.indexOf(file));
    if (group.length > 1 || imports.includes(file)) cycles.push(group.sort());
  };

  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return cycles.sort();
}
