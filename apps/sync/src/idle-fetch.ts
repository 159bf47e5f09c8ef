/**
 * How long the broker holds a fetch of this service while there is nothing to read; it answers as soon as there is, so
 * latency does not depend on it. Each fetch costs about a millisecond of CPU and there are eight readers: at 100 ms they
 * were most of what an idle sync used. A stop waits for the fetch under way, so it is not seconds either.
 */
export const IDLE_FETCH_MS = 500;
