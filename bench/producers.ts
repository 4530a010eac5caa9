/** Producers that each write one row after the other, waiting for each: the shape of requests that record an attempt. */
import { quantile } from "./median";

/** Events a second, and milliseconds from handing a row over to knowing that it is durable. */
export type Run = { rate: number; p50: number; p99: number };

/** Writes all rows with so many producers at once. */
export async function runProducers<Row>(
  producers: number,
  rows: readonly Row[],
  write: (row: Row) => Promise<unknown>,
): Promise<Run> {
  const latencies: number[] = [];
  const left = rows.values();
  const start = performance.now();
  const produce = async () => {
    for (const row of left) {
      const handed = performance.now();
      await write(row);
      latencies.push(performance.now() - handed);
    }
  };
  await Promise.all(Array.from({ length: producers }, produce));
  const seconds = (performance.now() - start) / 1000;
  return { rate: rows.length / seconds, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
}
