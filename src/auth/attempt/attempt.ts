/**
 * One attempt to sign in, from the moment its request arrives until its answer leaves. Providers, gates and
 * callbacks only note facts here; what the attempt came to is decided once, when NextAuth has answered.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { ProviderTokens } from "@/account/provider-tokens";
import type { AuthMethod } from "@/audit/catalogue";
import type { FailureReason } from "@/audit/reasons";
import type { MappedRole } from "@/directory/connections";
import { now } from "@/platform/clock";
import { newId } from "@/platform/ids";

/** What the person brought. Secrets live here only as long as the request and are never copied into an event. */
export type Evidence =
  | { kind: "password"; email: string; password: string }
  | { kind: "token"; token: string }
  | {
      kind: "identity";
      subject: string;
      email: string | null;
      emailVerified: boolean;
      name: string | null;
      /** The groups or roles that the provider says they have, where its connection names the claim. */
      roles: readonly string[];
    };

/** The account an attempt is about, as the gates need it. */
export type Account = {
  id: string;
  email: string;
  emailVerifiedAt: Date | null;
  disabledAt: Date | null;
  /** The organization that the attempt's events belong to: the user's oldest membership. */
  organizationId: string | null;
  instanceRole: "admin" | "auditor" | null;
};

/** A gate's no. `cause` and `providerError` are codes that go into the event's details. */
export type Refusal = {
  reason: FailureReason;
  gate?: string;
  cause?: string;
  providerError?: string;
  /** With `redirected_by_policy`: the id of the provider that the answer leads to. */
  leadsTo?: string;
};

/** The cause of a refusal that only says: the database could not be asked. */
export const DATABASE_AWAY = "database_unavailable";

/** What has to happen in the transaction of a successful sign-in, decided by the gate that proved the credentials. */
export type Provision =
  | { kind: "none" }
  | { kind: "spend_token"; tokenId: string }
  | { kind: "accept_invitation"; tokenId: string; invitationId: string; organizationId: string }
  | { kind: "use_identity"; subject: string }
  | { kind: "create_user"; subject: string; email: string; name: string | null };

/** What somebody becomes, or stays, in an organization by signing in. */
export type Joining = {
  organizationId: string;
  role: MappedRole;
  /** Whether those become members who are none. */
  mayJoin: boolean;
  /** Whether the role of those who are members follows what the provider says. */
  follows: boolean;
};

export type Attempt = {
  /**
   * The id and time of the attempt's one `signedIn` event, whatever its outcome. Should the answer to a commit be
   * lost, the failure that is then written has the key of the success that may be there: one of the two falls away.
   */
  readonly eventId: string;
  readonly openedAt: Date;
  readonly method: AuthMethod;
  readonly provider: string;
  evidence: Evidence | null;
  /** What the provider gave to call others with. In memory only, until it is committed encrypted with the session. */
  tokens: ProviderTokens | null;
  /** What was typed or asserted as the account, normalized. */
  claimedEmail: string | null;
  account: Account | null;
  provision: Provision;
  joining: Joining | null;
  /** Set by the gates when all have passed. Nothing is minted without it. */
  passed: boolean;
  refusal: Refusal | null;
  /** Set when the `jwt` callback made the token of a new session. */
  minted: { sessionId: string } | null;
  /** With `rate_limited`: whole minutes until another try counts. */
  retryAfterMinutes: number | null;
  /** An unexpected error, for the report; never for the answer. */
  error: unknown;
};

/** `credentials` is a password, `token` an emailed link, `passkey` itself, every other provider single sign-on. */
export function methodOf(providerId: string): AuthMethod {
  if (providerId === "credentials") return "password";
  if (providerId === "token") return "email_verification";
  if (providerId === "passkey") return "passkey";
  return "sso";
}

export function openAttempt(providerId: string): Attempt {
  return {
    eventId: newId(),
    openedAt: now(),
    method: methodOf(providerId),
    provider: providerId,
    evidence: null,
    tokens: null,
    claimedEmail: null,
    account: null,
    provision: { kind: "none" },
    joining: null,
    passed: false,
    refusal: null,
    minted: null,
    retryAfterMinutes: null,
    error: null,
  };
}

const storage = new AsyncLocalStorage<Attempt>();

export function runInAttempt<T>(attempt: Attempt, work: () => T): T {
  return storage.run(attempt, work);
}

export function currentAttempt(): Attempt | undefined {
  return storage.getStore();
}

/** Notes why the attempt is refused. The first reason stands: later ones are its consequences. */
export function noteRefusal(attempt: Attempt, refusal: Refusal): void {
  attempt.refusal ??= refusal;
}
