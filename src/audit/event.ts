/**
 * Turns what code says of something that happened into the row that is written: checked against the catalogue,
 * stamped with the request, safe to store. An event is never dropped because it does not fit: it is written
 * without the details that do not, and the misfit is reported loudly.
 */
import type { ZodObject, ZodType } from "zod";
import { type Action, catalogue, type EventInput, type JsonValue } from "@/audit/catalogue";
import { now } from "@/platform/clock";
import { newId } from "@/platform/ids";
import { processWide } from "@/platform/process-wide";
import { requestScope } from "@/platform/request-scope";
import { storableText } from "@/platform/text";

/** One row of `audit_events`, in the shape in which it is inserted, queued and journaled. */
export type EventRow = {
  id: string;
  /** ISO 8601, UTC. */
  occurred_at: string;
  action: Action;
  status: "success" | "failure";
  failure_reason: string | null;
  actor_type: "user" | "anonymous" | "system";
  actor_id: string | null;
  target_type: string | null;
  target_id: string | null;
  organization_id: string | null;
  auth_method: string | null;
  second_factor: string | null;
  provider: string | null;
  request_id: string | null;
  session_id: string | null;
  claimed_email: string | null;
  ip: string | null;
  user_agent: string | null;
  changes: JsonValue;
  details: JsonValue;
};

/** Told of every event that did not fit its schema. Set once at start; the fields' names are safe to log, values are not. */
export type MisfitReporter = (action: Action, fields: string[]) => void;
const reporter = processWide("misfit reporter", (): { report: MisfitReporter } => ({ report: () => {} }));
export function onMisfit(report: MisfitReporter): void {
  reporter.report = report;
}

function storable(value: JsonValue): JsonValue {
  if (typeof value === "string") return storableText(value, 4096);
  if (Array.isArray(value)) return value.slice(0, 500).map(storable);
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [storableText(key, 200), storable(inner)]));
  }
  return value;
}

function text(value: string | null | undefined, max: number): string | null {
  return value === null || value === undefined ? null : storableText(value, max);
}

/** Of a failure only so much is known as it got to: its details may be fewer, never others. */
const ofFailures = Object.fromEntries(
  Object.entries(catalogue).map(([action, schema]) => [action, schema.partial()]),
) as Record<Action, ZodObject>;

/** The details that fit the action's allow-list, and the names of the ones that do not. */
function fitting(
  action: Action,
  status: EventInput["status"],
  details: unknown,
): { details: Record<string, JsonValue>; misfits: string[] } {
  const schema: ZodObject = status === "failure" ? ofFailures[action] : catalogue[action];
  const whole = schema.safeParse(details);
  if (whole.success) return { details: whole.data as Record<string, JsonValue>, misfits: [] };
  // A cast in a fork, or plain JavaScript, can bring anything here.
  if (details === null || typeof details !== "object" || Array.isArray(details))
    return { details: {}, misfits: ["details"] };
  const shape = new Map(Object.entries(schema.shape) as [string, ZodType][]);
  const fits = ([name, value]: [string, unknown]) => shape.get(name)?.safeParse(value).success === true;
  const given = Object.entries(details);
  const absent = [...shape].filter(
    ([name, type]) => !Object.hasOwn(details, name) && !type.safeParse(undefined).success,
  );
  return {
    details: Object.fromEntries(given.filter(fits)) as Record<string, JsonValue>,
    misfits: [
      ...given.filter((entry) => !fits(entry)).map(([name]) => storableText(name, 64)),
      ...absent.map(([name]) => name),
    ],
  };
}

/** Builds the row. Never throws on what the caller gives it. */
export function eventRow(event: EventInput): EventRow {
  const scope = requestScope();
  const { details, misfits } = fitting(event.action, event.status, event.details);
  if (misfits.length > 0) reporter.report(event.action, misfits);
  return {
    id: event.id ?? newId(),
    occurred_at: (event.occurredAt ?? now()).toISOString(),
    action: event.action,
    status: event.status,
    failure_reason: event.status === "failure" ? event.failureReason : null,
    actor_type: event.actor.type,
    actor_id: event.actor.type === "user" ? event.actor.id : null,
    target_type: event.target?.type ?? null,
    target_id: event.target?.id ?? null,
    organization_id: event.organizationId ?? null,
    auth_method: event.authMethod ?? null,
    second_factor: event.secondFactor ?? null,
    provider: text(event.provider, 200),
    request_id: scope?.requestId ?? null,
    session_id: event.sessionId ?? null,
    claimed_email: text(event.claimedEmail, 320),
    ip: scope?.ip ?? null,
    user_agent: scope?.userAgent ?? null,
    changes: event.changes ? storable(event.changes) : null,
    details: storable(misfits.length > 0 ? { ...details, rejectedDetails: misfits } : details),
  };
}
