/** Each question about the history, as it is sent: for docs/queries.sql, and for those who check how it is answered. */
import type { RawBuilder } from "kysely";
import { auditPageQuery } from "@/audit/audit-log.store.server";
import { exportedPageQuery } from "@/audit/export/exported.store.server";
import type { Cursor, SignInFilter } from "@/audit/history";
import { signInPageQuery } from "@/audit/history.store.server";
import { countedBars, countedFacets, rowBars, rowFacets } from "@/audit/history-summary.store.server";
import { dayCounts } from "@/audit/overview.store.server";

export const ID = "0199c5d2-1111-7abc-8def-000000000000";
export const CURSOR: Cursor = { occurredAt: "2026-03-04T14:05:09.412000Z", id: ID };
const RANGE = { from: new Date("2026-03-01T00:00:00Z"), to: new Date("2026-04-01T00:00:00Z") };

const page = (filter: SignInFilter, cursor: Cursor | null = null) =>
  signInPageQuery("all", filter, cursor, 51)?.statement ?? null;

/** A question, what is sent for it, and the indexes of the book that it reads along; none where it reads what is counted. */
export type HistoryQuery = [question: string, statement: RawBuilder<unknown> | null, indexes: readonly string[]];

export const historyQueries: readonly HistoryQuery[] = [
  ["signIns.list, first page of the instance", page({}), ["audit_events_pkey"]],
  ["signIns.list, at any depth", page({}, CURSOR), ["audit_events_pkey"]],
  ["signIns.list, of organizations", page({ organizationId: [ID] }), ["audit_events_organization"]],
  [
    "signIns.list, of organizations, at any depth",
    page({ organizationId: [ID] }, CURSOR),
    ["audit_events_organization"],
  ],
  [
    "signIns.list, failures of organizations",
    page({ organizationId: [ID], status: "failure" }),
    ["audit_events_organization_failures"],
  ],
  ["signIns.list, by user", page({ userId: ID }), ["audit_events_target"]],
  ["signIns.list, by email", page({ email: "member@acme.test" }), ["audit_events_claimed", "audit_events_target"]],
  ["signIns.list, by address", page({ ip: "203.0.113.7" }), ["audit_events_ip"]],
  ["signIns.list, by range of addresses", page({ ip: "203.0.113.0/24" }), ["audit_events_ip"]],
  ["signIns.list, by request", page({ requestId: "request-0001" }), ["audit_events_request"]],
  ["signIns.list, by session", page({ sessionId: ID }), ["audit_events_session"]],
  ["signIns.list, failures", page({ status: "failure" }), ["audit_events_failures"]],
  ["signIns.list, by reason", page({ failureReason: ["wrong_password", "unknown_user"] }), ["audit_events_reason"]],
  ["signIns.list, by provider", page({ provider: "openid" }), ["audit_events_provider"]],
  ["signIns.list, by method", page({ authMethod: "passkey" }), ["audit_events_method"]],
  ["signIns.list, by label", page({ signal: "new_device" }), ["audit_events_id or audit_events_pkey"]],
  ["signIns.stats, from counts", countedBars("all", RANGE, "day", "day"), []],
  ["signIns.stats, from rows", rowBars("all", { ...RANGE, ip: "203.0.113.7" }, "day"), ["audit_events_ip"]],
  ["signIns.facets, from counts", countedFacets("all", RANGE).alike, []],
  ["signIns.facets, organizations from counts", countedFacets("all", RANGE).organizations, []],
  ["signIns.facets, from rows", rowFacets("all", { userId: ID }), ["audit_events_target"]],
  ["overview.today, of the instance", dayCounts("all", RANGE.to), []],
  ["overview.today, of organizations", dayCounts({ organizations: [ID] }, RANGE.to), []],
  [
    "overview.newPlaces",
    page({ signal: ["new_device", "new_network"], from: RANGE.from }),
    ["audit_events_id or audit_events_pkey"],
  ],
  ["/api/export, a page, sent as COPY", exportedPageQuery("all", {}, CURSOR, 5000), ["audit_events_pkey"]],
  ["audit.list, first page of the instance", auditPageQuery("all", {}, null, 51), ["audit_events_pkey"]],
  [
    "audit.list, by action",
    auditPageQuery("all", { action: ["userDisabled", "userEnabled"] }, null, 51),
    ["audit_events_action"],
  ],
  ["audit.list, by actor", auditPageQuery("all", { actorId: ID }, CURSOR, 51), ["audit_events_actor"]],
];
