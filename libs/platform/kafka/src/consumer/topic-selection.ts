/** Names, or a pattern whose matches are looked up again and again so that topics created later are read too. */
export type TopicSelection = readonly string[] | RegExp;

/** The existing topics a selection means, sorted. The broker's internal topics only when named. */
export function selectTopics(selection: TopicSelection, existing: readonly string[]): string[] {
  if (selection instanceof RegExp) {
    return existing
      .filter(
        (name) => !name.startsWith('__') && new RegExp(selection.source, selection.flags.replace('g', '')).test(name),
      )
      .sort();
  }
  const names = new Set(existing);
  return [...new Set(selection)].filter((name) => names.has(name)).sort();
}
