/** Summaries of measurements. Pure. */

/** The value below which `share` (0 to 1) of the values lie. Throws for no values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  const found = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (found === undefined) throw new Error("no values");
  return found;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The median of value by baseline, taken round by round: what slows a whole round down cancels out. */
export function pairedRatio(values: readonly number[], baselines: readonly number[]): number {
  return median(values.map((value, round) => value / (baselines[round] ?? Number.NaN)));
}
