/** Lengths of the bars of a histogram. Apart from what is asked with them, so that a browser gets these alone. Pure. */

const MINUTE_MS = 60_000;

const HOUR_MS = 60 * MINUTE_MS;

/**
 * Lengths of bars, in milliseconds. Each begins at a multiple of its length, UTC; weeks begin on Monday. Close enough to
 * each other that a range of up to forty days has sixty to 120 bars of one of them; a longer one is shown by the day or the
 * week, from as many counts as it has bars.
 */
export const bucketLengths = {
  minute: MINUTE_MS,
  twoMinutes: 2 * MINUTE_MS,
  threeMinutes: 3 * MINUTE_MS,
  fiveMinutes: 5 * MINUTE_MS,
  tenMinutes: 10 * MINUTE_MS,
  quarterHour: 15 * MINUTE_MS,
  halfHour: 30 * MINUTE_MS,
  hour: HOUR_MS,
  twoHours: 2 * HOUR_MS,
  fourHours: 4 * HOUR_MS,
  eightHours: 8 * HOUR_MS,
  day: 24 * HOUR_MS,
  week: 7 * 24 * HOUR_MS,
} as const;
export type Bucket = keyof typeof bucketLengths;
export const buckets = Object.keys(bucketLengths) as Bucket[];
