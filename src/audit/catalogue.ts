/**
 * Every action the book knows, each with the allow-list of its detail fields. What is not listed here cannot be
 * recorded: that is what keeps passwords, codes, tokens and cookies out of the log.
 */
import { z } from "zod";
import type { FailureReason } from "@/audit/reasons";

const shortText = z.string().max(200);
const trigger = z.enum(["signIn", "signUp", "update", "refresh"]);

export const catalogue = {
  /** Every attempt to sign in, once, with its final outcome. */
  signedIn: z.strictObject({
    /** The gate that refused, where one did. */
    gate: shortText.optional(),
    /** A provider's own error code (RFC 6749, 4.1.2.1), never its free text. */
    providerError: z
      .string()
      .regex(/^[a-z_]{1,64}$/)
      .optional(),
    /** What the provider's answer lacked or had wrong, as a code of ours. */
    cause: z
      .string()
      .regex(/^[a-z_]{1,64}$/)
      .optional(),
    /** A row that stands for several attempts of one source: how many, and when the first and the last were. */
    count: z.number().int().positive().optional(),
    firstAt: z.iso.datetime().optional(),
    lastAt: z.iso.datetime().optional(),
  }),
  signedOut: z.strictObject({}),
  /** A session token was minted (`signIn`, `signUp`) or replaced (`update`, `refresh`). */
  jwtTokenCreated: z.strictObject({
    trigger,
    /** The session that ended for this one to take its place, as after a change of the password. */
    replaces: z.uuid().optional(),
  }),
  accessDenied: z.strictObject({ procedure: shortText.optional(), path: shortText.optional() }),
  /** The account's limit of failed tries is used up: until then its password is not looked at. */
  accountLocked: z.strictObject({ limit: z.number().int().positive(), windowSeconds: z.number().int().positive() }),
  signInLinkRequested: z.strictObject({}),
  emailVerified: z.strictObject({
    /** Credentials that were attached before the mailbox was proven, and went with the proof. */
    removedPassword: z.boolean().optional(),
    removedProviders: z.number().int().nonnegative().optional(),
  }),
  /** `via`: at the first sign-in, or to an account that was there, by proof of both. */
  providerLinked: z.strictObject({ via: z.enum(["sign_in", "session", "mailed_link"]).optional() }),
  /** A mail was asked for with which an identity may be linked to the account that has its address. */
  providerLinkRequested: z.strictObject({}),
  providerUnlinked: z.strictObject({}),
  userCreated: z.strictObject({ via: z.enum(["sso", "invitation", "command_line", "demo"]) }),
  /** An invitation was mailed, for the first time or again: to somebody new, or to somebody who is here already. */
  userInvited: z.strictObject({ role: shortText.optional() }),
  invitationWithdrawn: z.strictObject({}),
  /** A membership began, changed its role or ended: `changes` has the role from and to, null where there is none. */
  membershipChanged: z.strictObject({
    via: z.enum(["administrator", "invitation", "just_in_time", "role_mapping", "command_line"]),
    userId: z.uuid().optional(),
  }),
  organizationCreated: z.strictObject({}),
  organizationUpdated: z.strictObject({}),
  ssoConnectionCreated: z.strictObject({}),
  /** Its settings changed, or it was enabled or disabled. A secret never shows: `secretReplaced` says that there is a new one. */
  ssoConnectionUpdated: z.strictObject({ secretReplaced: z.boolean().optional() }),
  ssoConnectionDeleted: z.strictObject({}),
  /** Somebody tried a connection without signing in by it. `step` is where it ended. */
  ssoConnectionTested: z.strictObject({ step: shortText.optional(), problem: shortText.optional() }),
  /** A session was ended by somebody who may: its owner, or an administrator of theirs. */
  sessionRevoked: z.strictObject({ by: z.enum(["owner", "administrator"]) }),
  /** A developer made their own session look expired, with the session inspector. */
  sessionExpirySimulated: z.strictObject({ kind: z.enum(["idle", "absolute"]) }),
  userUpdated: z.strictObject({}),
  /** A person changed their own password: all their sessions ended, the one they did it in among them. */
  passwordChanged: z.strictObject({ endedSessions: z.number().int().nonnegative() }),
  /** A link to choose a new password was asked for: at the sign-in page, or by an administrator for somebody. */
  passwordResetRequested: z.strictObject({ by: z.enum(["somebody", "administrator"]) }),
  /** A new password was chosen by such a link: all sessions ended. */
  passwordReset: z.strictObject({ endedSessions: z.number().int().nonnegative() }),
  /** Somebody read other people's history: once for each filter and session, whatever the number of pages. */
  auditQueried: z.strictObject({
    procedure: shortText,
    /** The filter as JSON, keys sorted. */
    filter: z.string().max(4000),
  }),
  /** Somebody took sign-ins away as a file. A failure says how far it got. */
  auditExported: z.strictObject({
    format: z.enum(["csv", "ndjson", "ocsf"]),
    /** The filter as JSON, keys sorted. */
    filter: z.string().max(4000),
    rows: z.number().int().nonnegative(),
    bytes: z.number().int().nonnegative(),
    /** Of all that was given out, in hexadecimal. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    /** The cursors after which it began, and up to which it got where that is not the end. */
    after: z.string().max(200).optional(),
    upTo: z.string().max(200).optional(),
  }),
  /** An expired access token was replaced at its provider, or could not be. */
  providerTokenRefreshed: z.strictObject({
    /** Whether the provider gave a new refresh token too. */
    rotated: z.boolean(),
  }),
  /** What lay encrypted under older keys was put under the first one. */
  keysRotated: z.strictObject({
    keyId: shortText,
    rows: z.number().int().nonnegative(),
  }),
  userDisabled: z.strictObject({ endedSessions: z.number().int().nonnegative() }),
  userEnabled: z.strictObject({}),
} as const satisfies Record<string, z.ZodObject>;

const CONNECTION_FIELDS = [
  "kind",
  "name",
  "organizationId",
  "clientId",
  "issuer",
  "tenant",
  "authorityHost",
  "rolesClaim",
  "roleMapping",
  "enabled",
] as const;

/** The fields whose change an action's row shows, from what to what. A field that is not named here is never shown. */
export const changeableFields: { readonly [A in Action]?: readonly string[] } = {
  userUpdated: ["name", "instanceRole"],
  membershipChanged: ["role"],
  organizationCreated: ["name", "slug"],
  organizationUpdated: [
    "name",
    "slug",
    "domains",
    "allowedMethods",
    "requiredConnectionId",
    "inviteOnly",
    "defaultRole",
  ],
  ssoConnectionCreated: CONNECTION_FIELDS,
  ssoConnectionUpdated: CONNECTION_FIELDS,
  ssoConnectionDeleted: CONNECTION_FIELDS,
};

export type Action = keyof typeof catalogue;
export const actions = Object.keys(catalogue) as Action[];
export type Details<A extends Action> = z.infer<(typeof catalogue)[A]>;

export const authMethods = ["password", "email_verification", "sso", "passkey"] as const;
export type AuthMethod = (typeof authMethods)[number];
export const secondFactors = ["totp", "backup_code", "passkey"] as const;
export type SecondFactor = (typeof secondFactors)[number];

/** Who acted. In a failed sign-in nobody has been identified: the actor is anonymous, the claimed account the target. */
export type Actor = { type: "user"; id: string } | { type: "anonymous" } | { type: "system" };
export type Target = {
  type: "user" | "session" | "organization" | "account" | "connection" | "invitation";
  id: string;
};
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
/** Field by field, from what to what. */
export type Changes = Record<string, { from: JsonValue; to: JsonValue }>;

export type Outcome<Reason extends string = string> =
  | { status: "success"; failureReason?: undefined }
  | { status: "failure"; failureReason: Reason };

type Facts<A extends Action> = {
  action: A;
  actor: Actor;
  target?: Target | null;
  organizationId?: string | null;
  authMethod?: AuthMethod | null;
  secondFactor?: SecondFactor | null;
  provider?: string | null;
  sessionId?: string | null;
  /** What was typed as the account, normalized. */
  claimedEmail?: string | null;
  changes?: Changes | null;
  /** UTC, milliseconds. Defaults to now. */
  occurredAt?: Date;
  /** Given where the same event may be written twice: id and time together make the second one fall away. */
  id?: string;
} & (A extends "signedIn" ? Outcome<FailureReason> : Outcome) &
  // Of what failed, only so much is known as it got to.
  ({ status: "success"; details: Details<A> } | { status: "failure"; details: Partial<Details<A>> });

/** What code says of something that happened; request id, address and user agent come from the request's scope. */
export type EventInput = { [A in Action]: Facts<A> }[Action];
