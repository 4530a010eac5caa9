/** What a suite of benchmarks is: it measures something of ours and its baseline in the same run, round about. */

/** One line of the result. `value` and `baseline` are medians in `unit`; `ratio` is the median of the rounds' ratios. */
export type Figure = {
  name: string;
  value: number;
  unit: "events/s" | "requests/s" | "ms" | "MB" | "rows" | "px" | "score" | "count";
  /** What it is held against, in the same unit. */
  baseline: number;
  ratio: number;
};

export type Bench = {
  /** A PostgreSQL of its own, migrated, with durable commits; the superuser's connection. */
  databaseUrl: string;
  /** An empty folder for files, removed afterwards. */
  folder: string;
  /** How many rounds to measure. */
  rounds: number;
  /** Multiplies the work of a round: 1, or less for a quick look. */
  scale: number;
  /** Tells a person how far it is. */
  say: (text: string) => void;
};

export type Suite = { name: string; run: (bench: Bench) => Promise<Figure[]> };

/** A figure that is held against a limit, which it may reach. Of a limit of none, the ratio says whether there was any. */
export function againstLimit(name: string, value: number, unit: Figure["unit"], limit: number): Figure {
  return { name, value, unit, baseline: limit, ratio: limit === 0 ? Number(value > 0) : value / limit };
}
