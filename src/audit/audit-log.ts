/** What the whole book is asked for and answers: every action, not sign-ins alone. Pure. */
import { z } from "zod";
import { type Action, actions, type Changes, type JsonValue } from "@/audit/catalogue";
import { addressOrRange, oneOrMany, storedText, time } from "@/audit/history";

export const targetTypes = ["user", "session", "organization", "account", "connection"] as const;

export const auditFilter = z.strictObject({
  action: oneOrMany(z.enum(actions as [Action, ...Action[]])).optional(),
  status: oneOrMany(z.enum(["success", "failure"])).optional(),
  failureReason: oneOrMany(storedText(64)).optional(),
  actorId: z.uuid().toLowerCase().optional(),
  targetType: oneOrMany(z.enum(targetTypes)).optional(),
  targetId: z.uuid().toLowerCase().optional(),
  organizationId: oneOrMany(z.uuid().toLowerCase()).optional(),
  ip: addressOrRange.optional(),
  requestId: storedText(128).optional(),
  sessionId: z.uuid().toLowerCase().optional(),
  /** Inclusive. */
  from: time().optional(),
  /** Exclusive. */
  to: time().optional(),
});

export type AuditFilter = z.infer<typeof auditFilter>;

export type AuditEvent = {
  id: string;
  occurredAt: Date;
  recordedAt: Date;
  action: string;
  status: "success" | "failure";
  failureReason: string | null;
  actorType: "user" | "anonymous" | "system";
  actorId: string | null;
  /** The addresses of today of who acted and of whom it was done to, where they are people who are still there. */
  actorEmail: string | null;
  targetType: string | null;
  targetId: string | null;
  targetEmail: string | null;
  organizationId: string | null;
  authMethod: string | null;
  secondFactor: string | null;
  provider: string | null;
  requestId: string | null;
  sessionId: string | null;
  claimedEmail: string | null;
  ip: string | null;
  userAgent: string | null;
  /** The user agent in words, as reported. */
  device: string | null;
  /** Field by field, from what to what; null where nothing changed. */
  changes: Changes | null;
  details: Record<string, JsonValue>;
};

export type AuditPage = { items: AuditEvent[]; nextCursor: string | null };
