/**
 * What can be known of a connection without anybody signing in: its provider is asked for what it says of itself, its
 * keys, what it makes of the client's secret and of the callback URL. Everything is asked through the guard.
 */
import "server-only";
import { randomBytes } from "node:crypto";
import { errors, generators, Issuer } from "openid-client";
import {
  type DiscoveryDocument,
  judgeClock,
  judgeEndpoints,
  judgeIssuer,
  judgeKeys,
  problemOfStatus,
  readDocument,
} from "@/auth/connection-test/discovery";
import { networkProblem } from "@/auth/connection-test/network-problem";
import { type Check, type Problem, type Step, steps } from "@/auth/connection-test/result";
import { throughGuard } from "@/auth/providers/guarded-client.server";
import { guard } from "@/platform/outbound/guard.server";

/** A connection, as far as a test needs to know it. */
export type Subject = {
  kind: string;
  /** Under which address the provider describes itself; null for GitHub, which does not. */
  issuer: string | null;
  clientId: string;
  clientSecret: string;
  /** Where the provider is to send people back to. */
  callbackUrl: string;
};

const failed = (step: Step, problem: Problem, more: Partial<Check> = {}): Check => ({
  step,
  outcome: "failed",
  problem,
  ...more,
});

/** GitHub describes itself nowhere, so what is true of it stands here. */
const GITHUB: DiscoveryDocument = {
  authorization_endpoint: "https://github.com/login/oauth/authorize",
  token_endpoint: "https://github.com/login/oauth/access_token",
};

type Discovered = { checks: Check[]; document: DiscoveryDocument | null };

async function discover(subject: Subject): Promise<Discovered> {
  const { issuer, kind } = subject;
  if (issuer === null) return { checks: [], document: GITHUB };
  const address = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const sentAt = Date.now();
  try {
    const answer = await guard().fetch(address);
    const clock = judgeClock(answer.headers.date, sentAt, Date.now());
    if (answer.status !== 200) {
      const problem = problemOfStatus(answer.status, { kind, issuer });
      return {
        checks: [failed("discovery", problem, { expected: address, found: String(answer.status) })],
        document: null,
      };
    }
    const document = readDocument(answer.body);
    if (!document) return { checks: [failed("discovery", "not_json", { expected: address })], document: null };
    const judged = [judgeIssuer(document, { kind, issuer }), judgeEndpoints(document), clock];
    return { checks: [{ step: "discovery", outcome: "passed", found: address }, ...judged], document };
  } catch (error) {
    const problem = networkProblem(error);
    if (!problem) throw error;
    return { checks: [failed("discovery", problem, { expected: address })], document: null };
  }
}

/** What asks may fail by the network, and then that is what was found. */
async function asked(step: Step, work: () => Promise<Check>): Promise<Check> {
  try {
    return await work();
  } catch (error) {
    const problem = networkProblem(error);
    if (!problem) throw error;
    return failed(step, problem);
  }
}

async function checkKeys({ jwks_uri }: DiscoveryDocument): Promise<Check> {
  const answer = await guard().fetch(jwks_uri ?? "");
  return answer.status === 200
    ? judgeKeys(answer.body)
    : failed("keys", "bad_status", { found: String(answer.status) });
}

const SECRET_REFUSED = new Set(["invalid_client", "unauthorized_client", "incorrect_client_credentials"]);
/** A provider that has come as far as the code has accepted the client. `bad_verification_code` is GitHub's word for it. */
const CODE_REFUSED = new Set(["invalid_grant", "bad_verification_code"]);

function judgeTokenAnswer(error: unknown): Check {
  const step = "secret";
  if (typeof error !== "string") return { step, outcome: "skipped" };
  if (SECRET_REFUSED.has(error)) return failed(step, "client_refused", { found: error });
  return { step, outcome: CODE_REFUSED.has(error) ? "passed" : "skipped" };
}

/** Asks for tokens for a code that nobody was given: what is refused, the client or the code, tells whether the secret is right. */
async function checkSecret(document: DiscoveryDocument, subject: Subject): Promise<Check> {
  const issuer = new Issuer({ issuer: subject.issuer ?? "https://github.com", ...document });
  const client = new issuer.Client({ client_id: subject.clientId, client_secret: subject.clientSecret });
  const grant = {
    grant_type: "authorization_code",
    code: randomBytes(24).toString("base64url"),
    redirect_uri: subject.callbackUrl,
    code_verifier: generators.codeVerifier(),
  };
  try {
    // GitHub says with status 200 what it refuses.
    const answer = await throughGuard(() => client.grant(grant));
    return judgeTokenAnswer(answer.error);
  } catch (error) {
    if (error instanceof errors.OPError) return judgeTokenAnswer(error.error);
    throw error;
  }
}

/**
 * Asks for an authorization without anybody there to give it (`prompt=none`, OpenID Connect Core 3.1.2.1): a provider
 * that knows the callback URL sends the browser there with an error, one that does not know it must not.
 */
async function checkCallback({ authorization_endpoint }: DiscoveryDocument, subject: Subject): Promise<Check> {
  const step = "callback";
  const url = new URL(authorization_endpoint ?? "");
  const parameters = {
    client_id: subject.clientId,
    redirect_uri: subject.callbackUrl,
    response_type: "code",
    scope: "openid",
    prompt: "none",
    state: generators.state(),
    code_challenge: generators.codeChallenge(generators.codeVerifier()),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  const { status, headers, body } = await guard().fetch(url.href, {
    headers: { accept: "text/html" },
    redirects: "answer",
  });
  const leadsBack = headers.location?.startsWith(`${subject.callbackUrl}?`) === true;
  if (leadsBack) return { step, outcome: "passed", found: subject.callbackUrl };
  // Providers show a page then; that it is about the callback URL is said by OAuth's name of the parameter, or Entra's number.
  const refused = status >= 400 && status < 500 && /redirect_?uri|redirect URI|AADSTS50011/i.test(body);
  return refused
    ? failed(step, "callback_refused", { expected: subject.callbackUrl })
    : { step, outcome: "skipped", expected: subject.callbackUrl };
}

/** @returns one check for each step, in their order */
export async function diagnose(subject: Subject): Promise<Check[]> {
  const { checks, document } = await discover(subject);
  const usable = checks.every(({ outcome, step }) => outcome !== "failed" || step === "clock");
  const further =
    document && usable
      ? await Promise.all([
          ...(subject.issuer === null ? [] : [asked("keys", () => checkKeys(document))]),
          asked("secret", () => checkSecret(document, subject)),
          asked("callback", () => checkCallback(document, subject)),
        ])
      : [];
  const found = new Map([...checks, ...further].map((check) => [check.step, check]));
  return steps.map((step) => found.get(step) ?? { step, outcome: "skipped" });
}
