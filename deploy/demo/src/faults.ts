import type { Summary } from './summary';

/** What the demo must show and does not; empty: all is well. */
export function faultsOf({ signals, delivered, stories, credit }: Summary): string[] {
  const different = credit.conversions.flatMap(({ conversion, conversions, rules }) =>
    rules
      .filter((rule) => !rule.is_equal)
      .map(
        ({ rule, credit: given }) =>
          `${given} of ${conversions} ${conversion} are credited by ${rule}, or not their value`,
      ),
  );
  return [
    ...(signals.conservation === 'OK' ? [] : ['what was sent is not what is sealed, duplicate, quarantined or open']),
    ...(delivered.lost === 0 ? [] : [`${delivered.lost} planned values have no outcome`]),
    ...stories.filter((story) => !story.is_found).map(({ expected, text }) => `not found: ${expected}. ${text}`),
    ...(credit.is_equal && different.length === 0 ? [] : [`credit differs from the conversions of ${credit.month}`]),
    ...different,
  ];
}
