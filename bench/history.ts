/**
 * The history of ten million attempts against one of ten thousand: each question must cost about the same in both. And
 * the export against a plain COPY TO of the same columns, with the memory that it takes.
 */
import { connect, type Database } from "@db/connect.server";
import { migrateToLatest } from "@db/migrate";
import { sql } from "kysely";
import { type Cursor, decodeCursor, encodeCursor, type SignInFilter } from "@/audit/history";
import { listSignIns } from "@/audit/history.store.server";
import { signInFacets, signInStats } from "@/audit/history-summary.store.server";
import { createDatabase } from "@/workbench/postgres";
import { exportAll } from "./history/export";
import { generateHistory, type Known } from "./history/generated";
import { checkPlans } from "./history/plans";
import { median } from "./median";
import type { Bench, Figure, Suite } from "./suite";

const ROWS = 10_000_000;
const SMALL = 10_000;
const DEPTH = 1_000_000;
const PAGE = 50;
const DAYS_30 = 30 * 24 * 3600 * 1000;
/** A statement is planned anew a few times before its connection keeps a plan. */
const WARM_UP = 8;

type Asked = { db: Database; known: Known; deep: Cursor | null };
type Question = { name: string; ask: (asked: Asked) => Promise<unknown> };

const list =
  (filter: (known: Known) => SignInFilter, deep = false) =>
  (asked: Asked) =>
    listSignIns(asked.db, "all", filter(asked.known), deep ? asked.deep : null, PAGE);
const lastMonth = () => ({ from: new Date(Date.now() - DAYS_30) });

const QUESTIONS: Question[] = [
  { name: "first page", ask: list(() => ({})) },
  { name: "page at depth 1,000,000", ask: list(() => ({}), true) },
  { name: "first page of an organization", ask: list(({ organizationId }) => ({ organizationId })) },
  { name: "by user", ask: list(({ userId }) => ({ userId })) },
  { name: "by email", ask: list(({ email }) => ({ email })) },
  { name: "by IP", ask: list(({ ip }) => ({ ip })) },
  { name: "failures only", ask: list(() => ({ status: "failure" })) },
  { name: "a method that nobody uses", ask: list(() => ({ authMethod: "passkey" })) },
  { name: "histogram of 30 days", ask: ({ db }) => signInStats(db, "all", lastMonth(), undefined) },
  { name: "facets and count of everything", ask: ({ db }) => signInFacets(db, "all", {}) },
  { name: "facets and count of 30 days", ask: ({ db }) => signInFacets(db, "all", lastMonth()) },
];

/** The place after which the page at a depth begins. */
async function placeAt(db: Database, depth: number): Promise<Cursor | null> {
  const { rows } = await sql<{ micros: string; id: string }>`
    select (extract(epoch from occurred_at) * 1000000)::bigint::text as micros, id from audit_events
     order by occurred_at desc, id desc offset ${depth} limit 1`.execute(db);
  const [found] = rows;
  return found ? decodeCursor(encodeCursor(found.micros, found.id)) : null;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function askAll(small: Asked, large: Asked, rounds: number): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { name, ask } of QUESTIONS) {
    const times: Record<"small" | "large", number[]> = { small: [], large: [] };
    for (let round = 0; round < WARM_UP + rounds * 3; round += 1) {
      const [one, other] = [await timed(() => ask(small)), await timed(() => ask(large))];
      if (round < WARM_UP) continue;
      times.small.push(one);
      times.large.push(other);
    }
    const [value, baseline] = [median(times.large), median(times.small)];
    figures.push({ name: `history p50, ${name}`, value, unit: "ms", baseline, ratio: value / baseline });
  }
  return figures;
}

async function measure(bench: Bench): Promise<Figure[]> {
  const rows = Math.round(ROWS * bench.scale);
  const smallUrl = await createDatabase(bench.databaseUrl, "small_history");
  await migrateToLatest(smallUrl);
  const open = async (url: string, count: number, depth: number): Promise<Asked> => {
    bench.say(`history, generating ${count} rows`);
    const known = await generateHistory(url, count, bench.say);
    const db = connect(url, 2);
    return { db, known, deep: await placeAt(db, Math.min(depth, count - PAGE - 1)) };
  };
  const small = await open(smallUrl, SMALL, SMALL / 2);
  const large = await open(bench.databaseUrl, rows, DEPTH);
  try {
    await checkPlans(large.db);
    return [...(await askAll(small, large, bench.rounds)), ...(await exportAll(bench, large.db, rows))];
  } finally {
    await Promise.all([small.db.destroy(), large.db.destroy()]);
  }
}

export const historySuite: Suite = { name: "history", run: measure };
