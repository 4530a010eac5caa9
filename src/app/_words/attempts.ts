/** An attempt to sign in as one plain sentence: who, how, from where, and what came of it. Pure. */
import { type Method, methodNames, providerName, secondFactorWords } from "@/app/_words/methods";
import { reasonWords } from "@/app/_words/reasons";

export type AttemptFacts = Method & {
  status: "success" | "failure";
  failureReason: string | null;
  email: string | null;
  claimedEmail: string | null;
  ip: string | null;
};

type Told = AttemptFacts & { who: string; provider: string };

/** What somebody did whose attempt failed, where a sentence says it better than the reason's few words. */
const failed: Record<string, (told: Told) => string> = {
  wrong_password: ({ who }) => `Someone typed ${who} and a wrong password`,
  unknown_user: ({ who }) => `Someone typed ${who}, which has no account here,`,
  no_password: ({ who }) => `Someone typed ${who} and a password, though that account has none,`,
  password_too_long: ({ who }) => `Someone typed ${who} and an overlong password`,
  missing_credentials: ({ who }) => `Someone typed ${who} and left a field empty`,
  account_disabled: ({ who }) => `Someone tried to sign in as ${who}, whose account is disabled,`,
  email_not_verified: ({ who }) => `Someone tried to sign in as ${who}, whose address is not verified,`,
  rate_limited: ({ who }) => `Someone typed ${who} after too many failed tries`,
  invalid_token: () => "Someone used a sign-in link that was never sent",
  expired_token: ({ who }) => `Someone used a link mailed to ${who} after it had expired`,
  used_token: ({ who }) => `Someone used a link mailed to ${who} a second time`,
  account_not_linked: ({ who, provider }) => `Someone came from ${provider} as ${who}, which is not linked to it,`,
  provider_denied: ({ provider }) => `Someone cancelled at ${provider}`,
  provider_error: ({ provider }) => `${provider} answered with an error to someone`,
  state_mismatch: ({ provider }) => `Someone came back from ${provider} in a browser that had not gone there`,
};

function how({ authMethod, provider, secondFactor }: Method): string {
  if (authMethod === null) return "";
  const first = {
    password: "a password",
    email_verification: "a link from their email",
    sso: providerName(provider),
    passkey: "a passkey",
  };
  return ` with ${first[authMethod]}${secondFactor === null ? "" : `, then ${secondFactorWords(secondFactor)}`}`;
}

/** "owner@acme.test signed in with a password, then an authenticator code, from 203.0.113.7." */
export function attemptSentence(facts: AttemptFacts): string {
  const told = {
    ...facts,
    who: facts.email ?? facts.claimedEmail ?? "no address",
    provider: providerName(facts.provider),
  };
  const from = facts.ip === null ? "an unknown address" : facts.ip;
  if (facts.status === "success") return `${told.who} signed in${how(facts)}, from ${from}.`;
  if (facts.failureReason === "redirected_by_policy") {
    const chosen = facts.authMethod === null ? "another way" : methodNames[facts.authMethod];
    return `${told.who} chose ${chosen} from ${from}; their organization requires another, so they were redirected. No session was made.`;
  }
  const tried =
    failed[facts.failureReason ?? ""]?.(told) ??
    `Someone tried to sign in as ${told.who}${how(facts)} and was refused (${reasonWords(facts.failureReason ?? "failed")}),`;
  return `${tried} from ${from}. Nobody was signed in.`;
}
