/**
 * The audit queue against the two things one could do instead: an awaited INSERT for each event, through the pool, as
 * the application writes the events of a transaction; and one COPY of all, which nobody waits for event by event.
 */
import type { Database } from "@db/connect.server";
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import type { EventRow } from "@/audit/event";
import { insertEvents } from "@/audit/events.store.server";
import { realDisk } from "@/audit/journal/disk";
import { Journal } from "@/audit/journal/journal";
import { currentOwner } from "@/audit/journal/owner";
import { Quarantine } from "@/audit/journal/quarantine";
import { openLine } from "@/audit/queue/line.store.server";
import { AuditQueue } from "@/audit/queue/queue";
import { sampleRow } from "@/audit/queue/sample-row";
import { copyEvents, copyText } from "./copy";
import { median, pairedRatio } from "./median";
import { type Run, runProducers } from "./producers";
import type { Bench, Figure, Suite } from "./suite";

/** Producers at once, and how many events they write in a round. */
const LOADS: [producers: number, events: number][] = [
  [1, 300],
  [16, 2000],
  [64, 4000],
  [1000, 10_000],
];
/** As many as the application's own pool has. */
const POOL = 20;

type Way = { close: () => Promise<void>; write: (row: EventRow) => Promise<unknown> };

function throughQueue({ databaseUrl, folder }: Bench): Way {
  const report = { info: () => {}, warn: () => {}, error: (...said: unknown[]) => fail(said) };
  const fail = (said: unknown[]) => {
    throw new Error(`the queue met a fault: ${said.map(String).join(" ")}`);
  };
  const owner = currentOwner();
  const line = openLine(databaseUrl);
  const queue = new AuditQueue({
    write: (rows) => line.write(rows),
    probe: () => line.probe(),
    disk: {
      journal: new Journal({ directory: folder, disk: realDisk, owner, report, segmentBytes: 8 * 1024 * 1024 }),
      quarantine: new Quarantine(realDisk, folder, owner),
    },
    report,
    bound: { rows: 10_000, size: 32 * 1024 * 1024 },
    patienceMs: 5000,
    stallMs: 10_000,
  });
  return {
    write: async (row) => {
      const durable = await queue.enqueue([row]).durable;
      if (durable !== "committed") throw new Error("a row of the benchmark was not committed");
    },
    close: async () => {
      await queue.close();
      await line.close();
    },
  };
}

function awaitedInserts({ databaseUrl }: Bench): Way {
  // Without the application's limits on waiting: a baseline may be slow.
  const pool = new pg.Pool({ connectionString: databaseUrl, max: POOL });
  const db: Database = new Kysely({ dialect: new PostgresDialect({ pool }) });
  return { write: (row) => insertEvents(db, [row]), close: () => db.destroy() };
}

async function emptyTable(client: pg.Client): Promise<void> {
  await client.query("begin; set local gatebook.maintenance = 'on'; truncate audit_events; commit");
  await client.query("checkpoint");
}

const sampleRows = (count: number) => Array.from({ length: count }, () => sampleRow());

class Rounds {
  readonly queue = new Map<number, Run[]>();
  readonly inserts = new Map<number, Run[]>();
  readonly copies: number[] = [];

  add(runs: Map<number, Run[]>, producers: number, run: Run): void {
    runs.set(producers, [...(runs.get(producers) ?? []), run]);
  }

  figures(): Figure[] {
    const figure = (name: string, unit: Figure["unit"], values: number[], baselines: number[]): Figure => ({
      name,
      value: median(values),
      unit,
      baseline: median(baselines),
      ratio: pairedRatio(values, baselines),
    });
    const figures = LOADS.flatMap(([producers]) => {
      const of = (key: keyof Run, runs: Map<number, Run[]>) => (runs.get(producers) ?? []).map((run) => run[key]);
      return (["rate", "p50", "p99"] as const).map((key) =>
        figure(
          `queue ${key} by awaited insert, ${producers} producers`,
          key === "rate" ? "events/s" : "ms",
          of(key, this.queue),
          of(key, this.inserts),
        ),
      );
    });
    const [most = 0] = LOADS.at(-1) ?? [];
    const rates = (this.queue.get(most) ?? []).map(({ rate }) => rate);
    return [...figures, figure(`queue rate by copy, ${most} producers`, "events/s", rates, this.copies)];
  }
}

async function measure(bench: Bench): Promise<Figure[]> {
  const admin = new pg.Client(bench.databaseUrl);
  await admin.connect();
  const [queue, inserts] = [throughQueue(bench), awaitedInserts(bench)];
  const rounds = new Rounds();
  try {
    await runProducers(POOL, sampleRows(500), inserts.write);
    await runProducers(POOL, sampleRows(500), queue.write);
    for (let round = 0; round < bench.rounds; round += 1) {
      bench.say(`queue, round ${round + 1} of ${bench.rounds}`);
      await emptyTable(admin);
      for (const [producers, events] of LOADS) {
        const count = Math.max(producers * 2, Math.round(events * bench.scale));
        const ways: [Map<number, Run[]>, Way][] = [
          [rounds.queue, queue],
          [rounds.inserts, inserts],
        ];
        // Whoever goes first in one round goes second in the next.
        for (const [runs, way] of round % 2 === 0 ? ways : ways.reverse()) {
          rounds.add(runs, producers, await runProducers(producers, sampleRows(count), way.write));
        }
        if (producers === LOADS.at(-1)?.[0]) {
          const text = copyText(sampleRows(count));
          const start = performance.now();
          await copyEvents(admin, text);
          rounds.copies.push((count / (performance.now() - start)) * 1000);
        }
      }
    }
  } finally {
    await Promise.all([queue.close(), inserts.close(), admin.end()]);
  }
  return rounds.figures();
}

export const queueSuite: Suite = { name: "queue", run: measure };
