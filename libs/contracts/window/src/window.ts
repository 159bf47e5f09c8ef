/** Half-open windows `[start, start + size)` in UTC; every instant here is epoch milliseconds. */
export interface WindowSettings {
  readonly sizeMs: number;
  readonly graceMs: number;
}

export const WINDOW_SIZES_MS = [900_000, 1_800_000, 3_600_000] as const;

/** Start of the window that holds `instant`. */
export function windowStartOf(instant: number, sizeMs: number): number {
  return Math.floor(instant / sizeMs) * sizeMs;
}

/** True when `window_end + grace <= closedThrough` (T of windows.md). */
export function isClosed(windowStart: number, closedThrough: number, { sizeMs, graceMs }: WindowSettings): boolean {
  return windowStart + sizeMs + graceMs <= closedThrough;
}

/** Every window that starts before this instant is closed at T; the first open window starts at it. */
export function closedBefore(closedThrough: number, { sizeMs, graceMs }: WindowSettings): number {
  return windowStartOf(closedThrough - graceMs, sizeMs);
}

/** The newest T (a window boundary + grace) that the clock has passed by the skew allowance. */
export function latestClosable(now: number, skewMs: number, { sizeMs, graceMs }: WindowSettings): number {
  return windowStartOf(now - skewMs - graceMs, sizeMs) + graceMs;
}
