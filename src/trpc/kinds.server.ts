/**
 * The shape of our procedures' builders: narrower than tRPC's, so that a mutation without an audit action does not
 * compile. `.meta({ audit })` comes first, then `.input()`, then `.query()` or `.mutation()`.
 */
import "server-only";
import type { Tx } from "@db/connect.server";
import type { TRPCProcedureBuilder, TRPCUnsetMarker } from "@trpc/server";
import type { z } from "zod";
import type { Action } from "@/audit/catalogue";
import type { AuditNote } from "@/trpc/audit-note";
import { auditedMutation, auditedQuery } from "@/trpc/audited.server";
import type { Context } from "@/trpc/context.server";
import type { Meta } from "@/trpc/trpc.server";

type Unset = TRPCUnsetMarker;
type Builder<Overrides, In = Unset, Out = Unset> = TRPCProcedureBuilder<
  Context,
  Meta,
  Overrides,
  In,
  Out,
  Unset,
  Unset,
  false
>;

/** Actions of reading: they are noted by queries, and no mutation can have them. */
type ReadingAction = Extract<Action, "auditQueried" | "auditExported">;
const READING: ReadonlySet<Action> = new Set<ReadingAction>(["auditQueried", "auditExported"]);

/** Reads; with an audit action, its calls are noted. */
export interface Reading<Overrides, In = Unset, Out = Unset>
  extends Pick<Builder<Overrides, In, Out>, "query" | "subscription"> {
  input<Schema extends z.ZodType>(schema: Schema): Reading<Overrides, z.input<Schema>, z.output<Schema>>;
}

/** Changes something: `ctx.db` is the transaction, `ctx.audit` what stands in the book of it. */
export interface Changing<Overrides, In = Unset, Out = Unset> extends Pick<Builder<Overrides, In, Out>, "mutation"> {
  input<Schema extends z.ZodType>(schema: Schema): Changing<Overrides, z.input<Schema>, z.output<Schema>>;
}

/** Not yet said whether it reads or changes. */
export interface Procedure<Overrides> extends Reading<Overrides> {
  meta<A extends ReadingAction>(meta: { audit: A }): Reading<Overrides>;
  meta<A extends Exclude<Action, ReadingAction>>(meta: {
    audit: A;
    isolation?: Meta["isolation"];
  }): Changing<Omit<Overrides, "db" | "audit"> & { db: Tx; audit: AuditNote<A> }>;
}

/** The builder with only so much of it as its kind has. */
export function procedure<Overrides>(builder: Builder<Overrides>): Procedure<Overrides> {
  // The middlewares ask nothing of the overrides, and what is cast away is only what tRPC's builder could do besides.
  const plain = builder as unknown as Builder<object>;
  const meta = (given: Meta & { audit: Action }) =>
    plain.meta(given).use(READING.has(given.audit) ? auditedQuery : auditedMutation);
  const { query, subscription, input } = plain;
  return { query, subscription, input, meta } as unknown as Procedure<Overrides>;
}
