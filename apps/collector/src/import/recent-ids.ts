/** Ids of one generation; two are kept. */
const GENERATION = 100_000;

/** Tells an id that came among the last 100,000 or more, in bounded memory. */
export class RecentIds {
  readonly #generation: number;
  #now = new Set<string>();
  #before = new Set<string>();

  constructor(generation = GENERATION) {
    this.#generation = generation;
  }

  /** False: it came before. */
  add(id: string): boolean {
    if (this.#now.has(id) || this.#before.has(id)) return false;
    if (this.#now.size >= this.#generation) [this.#before, this.#now] = [this.#now, new Set()];
    this.#now.add(id);
    return true;
  }
}
