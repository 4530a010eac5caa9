/** What the sign-in history is asked for and answers: shared by the procedures, the pages and the store. Pure. */
import { z } from "zod";
import { type AuthMethod, authMethods } from "@/audit/catalogue";
import { failureReasons } from "@/audit/reasons";
import { type Signal, signalKinds } from "@/audit/signals/signal";
import { storableText } from "@/platform/text";

export const oneOrMany = <T extends z.ZodType>(value: T) => z.union([value, z.array(value).min(1).max(50)]);

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\/(?:3[0-2]|[12]\d|\d))?$/;

function isAddressOrRange(text: string): boolean {
  if (IPV4.test(text)) return true;
  const range = /^([^/]+)(?:\/(0|[1-9]\d?|1[01]\d|12[0-8]))?$/.exec(text);
  return range?.[1] !== undefined && z.ipv6().safeParse(range[1]).success;
}

export const addressOrRange = z.string().trim().max(64).refine(isAddressOrRange, "ip needs an address or CIDR");

/** Text that a row could hold at all: PostgreSQL stores no NUL. */
export const storedText = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((text) => storableText(text, max) === text, "holds characters that no row can hold");

/** Far beyond any row, and within what PostgreSQL takes. */
export const time = () => z.date().min(new Date("0001-01-01T00:00:00Z")).max(new Date("9999-12-31T23:59:59Z"));

export const signInFilter = z.strictObject({
  userId: z.uuid().toLowerCase().optional(),
  /** The account's email, or what was typed where there is no such account. */
  email: storedText(320).optional(),
  status: oneOrMany(z.enum(["success", "failure"])).optional(),
  authMethod: oneOrMany(z.enum(authMethods)).optional(),
  provider: oneOrMany(storedText(200)).optional(),
  organizationId: oneOrMany(z.uuid().toLowerCase()).optional(),
  ip: addressOrRange.optional(),
  requestId: storedText(128).optional(),
  sessionId: z.uuid().toLowerCase().optional(),
  failureReason: oneOrMany(z.enum(failureReasons)).optional(),
  /** Labels of what is unusual about an attempt. */
  signal: oneOrMany(z.enum(signalKinds)).optional(),
  /** Inclusive. */
  from: time().optional(),
  /** Exclusive. */
  to: time().optional(),
});

export type SignInFilter = z.infer<typeof signInFilter>;

/** What a reader of other people's history may see: all of it, or that of some organizations. */
export type ReaderScope = "all" | { organizations: readonly string[] };
/** Whose part of the history is asked for: what a reader may see, or the attempts against oneself. */
export type Scope = ReaderScope | { userId: string };

export type SignIn = {
  id: string;
  occurredAt: Date;
  status: "success" | "failure";
  authMethod: AuthMethod | null;
  provider: string | null;
  secondFactor: string | null;
  failureReason: string | null;
  userId: string | null;
  /** The account's email of today; null for attempts against no account. */
  email: string | null;
  claimedEmail: string | null;
  organizationId: string | null;
  ip: string | null;
  userAgent: string | null;
  /** The user agent in words, as reported. */
  device: string | null;
  requestId: string | null;
  sessionId: string | null;
  /** What is unusual about it. */
  signals: Signal[];
};

export type SignInPage = { items: SignIn[]; nextCursor: string | null };

/** A place in the history, newest first: the row after which the next page begins. */
export type Cursor = {
  /** ISO 8601, UTC, with the six decimals that the database keeps. */
  occurredAt: string;
  id: string;
};

/** @param micros microseconds since the epoch, in decimal, as the database counts them */
export function encodeCursor(micros: string, id: string): string {
  return Buffer.from(`${micros}.${id}`).toString("base64url");
}

/** Null for what is not a cursor of ours. */
export function decodeCursor(text: string): Cursor | null {
  const match = /^(\d{6,16})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(
    Buffer.from(text, "base64url").toString(),
  );
  if (!match?.[1] || !match[2]) return null;
  const micros = BigInt(match[1]);
  const whole = new Date(Number(micros / 1000n)).toISOString().slice(0, -1);
  return { occurredAt: `${whole}${String(micros % 1000n).padStart(3, "0")}Z`, id: match[2] };
}
