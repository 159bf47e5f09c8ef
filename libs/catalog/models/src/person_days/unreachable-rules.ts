import type { SignalRule } from './signal-rules';

/** Rules that an earlier one always comes before, as [index, index of the earlier]. */
export function unreachableRules(rules: readonly SignalRule[]): (readonly [number, number])[] {
  return rules.flatMap((rule, index) => {
    const by = rules.findIndex((earlier, before) => before < index && covers(earlier, rule));
    return by === -1 ? [] : [[index, by] as const];
  });
}

/** Whether everything that `rule` fits is fitted by `earlier`; regular expressions are compared as text. */
function covers(earlier: SignalRule, rule: SignalRule): boolean {
  const types = rule.types.every((type) => earlier.types.includes(type));
  const path = earlier.path === undefined || earlier.path === '' || earlier.path === rule.path;
  return types && path && coversValues(earlier, rule);
}

function coversValues(earlier: SignalRule, { property, values = [] }: SignalRule): boolean {
  if (earlier.property === undefined) return true;
  return earlier.property === property && values.every((value) => (earlier.values ?? []).includes(value));
}
