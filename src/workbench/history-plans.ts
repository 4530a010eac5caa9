/** How PostgreSQL would answer a question about the history: along which indexes, in which partitions. */
import type { Database } from "@db/connect.server";
import { type RawBuilder, sql } from "kysely";

type Node = { "Node Type": string; "Relation Name"?: string; "Index Name"?: string; Plans?: Node[] };

export type Plan = {
  /** Of the partitioned table, not of its partitions; sorted. */
  indexes: string[];
  /** That are read; sorted. */
  partitions: string[];
  /** Partitions of the book that would be read from end to end, empty ones aside. */
  scanned: string[];
};

function nodesOf(node: Node): Node[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

/** Whether these are the indexes that are meant, of which one may be either of two: `one or other`. */
export function areMeant(indexes: readonly string[], meant: readonly string[]): boolean {
  return (
    indexes.length === meant.length && meant.every((names, place) => names.split(" or ").includes(indexes[place] ?? ""))
  );
}

const sorted = (names: Iterable<string>) => [...new Set(names)].toSorted();

/** Plans the statement with its parameters, and runs nothing. */
export async function planOf(db: Database, statement: RawBuilder<unknown>): Promise<Plan> {
  const explained = await sql<{ "QUERY PLAN": { Plan: Node }[] }>`explain (format json) ${statement}`.execute(db);
  const { rows } = await sql<{ partition: string; index: string | null; ofTable: string | null; empty: boolean }>`
    select part.relname as partition, own.relname as index, whole.relname as "ofTable",
           pg_relation_size(part.oid) = 0 as empty
      from pg_inherits member
      join pg_class part on part.oid = member.inhrelid
      left join pg_index on pg_index.indrelid = part.oid
      left join pg_class own on own.oid = pg_index.indexrelid
      left join pg_inherits attached on attached.inhrelid = own.oid
      left join pg_class whole on whole.oid = attached.inhparent
     where member.inhparent = 'audit_events'::regclass`.execute(db);
  const partitions = new Set(rows.map(({ partition }) => partition));
  const whole = new Map(rows.map(({ index, ofTable }) => [index, ofTable]));
  const nodes = explained.rows.flatMap((row) => row["QUERY PLAN"].flatMap(({ Plan }) => nodesOf(Plan)));
  const empty = new Set(rows.flatMap(({ partition, empty }) => (empty ? [partition] : [])));
  const reads = nodes.filter((node) => partitions.has(node["Relation Name"] ?? ""));
  return {
    indexes: sorted(nodes.flatMap((node) => whole.get(node["Index Name"] ?? "") ?? [])),
    partitions: sorted(reads.map((node) => node["Relation Name"] ?? "")),
    scanned: sorted(
      reads
        .filter((node) => node["Node Type"] === "Seq Scan")
        .flatMap(({ "Relation Name": name = "" }) => (empty.has(name) ? [] : [name])),
    ),
  };
}
