/** What a test of a connection found, in words: what is wrong, and where it is mended. */
import type { Problem, Step } from "@/auth/connection-test/result";

type Found = { expected?: string | undefined; found?: string | undefined; callbackUrl: string; kind: string };
type Words = { wrong: string; mend: string };

export const STEP_WORDS: Record<Step, { name: string; passed: string }> = {
  discovery: { name: "Discovery", passed: "The provider describes itself." },
  issuer: { name: "Issuer", passed: "It is the one that was asked for." },
  endpoints: { name: "Endpoints", passed: "Everything that a sign-in needs is named." },
  keys: { name: "Keys", passed: "Its signatures can be verified." },
  clock: { name: "Clock", passed: "It has the same time as this server." },
  secret: { name: "Client secret", passed: "The provider accepts the client and its secret." },
  callback: { name: "Callback URL", passed: "The provider knows it." },
};

const ADDRESS_FIELD: Record<string, string> = {
  "azure-ad": "the tenant and the authority host",
  openid: "the issuer",
  auth0: "the issuer",
};
const addressOf = (kind: string) => ADDRESS_FIELD[kind] ?? "the connection";

const REGISTRATION: Record<string, string> = {
  "azure-ad": "at Microsoft Entra under App registrations, Authentication",
  auth0: "at Auth0 under Applications, Allowed Callback URLs",
  google: "in the Google Cloud console under Credentials, Authorized redirect URIs",
  github: "at GitHub under Developer settings, OAuth Apps",
};
const registrationOf = (kind: string) => REGISTRATION[kind] ?? "where the client is registered at the provider";

const SECRETS: Record<string, string> = {
  "azure-ad": "at Microsoft Entra under App registrations, Certificates & secrets (the value, not the secret's id)",
  auth0: "at Auth0 under Applications, Settings",
  google: "in the Google Cloud console under Credentials",
  github: "at GitHub under Developer settings, OAuth Apps",
};
const secretOf = (kind: string) => SECRETS[kind] ?? "at the provider";

const unexpected: Words = {
  wrong: "The provider answered with an error.",
  mend: "Look for the time of this test in the provider's own sign-in log; it says there why.",
};
const idToken = (wrong: string): Words => ({
  wrong,
  mend: "Whoever runs the provider has to mend it. Until then, every sign-in by it is refused.",
});

const WORDS: Record<Problem, (found: Found) => Words> = {
  not_https: ({ kind }) => ({
    wrong: "The address is not https.",
    mend: `Use https in ${addressOf(kind)}. A host inside your network can be allowed by name: the operator sets SSO_ALLOWED_HOSTS.`,
  }),
  not_public: ({ kind }) => ({
    wrong: "The host leads to an address inside the network, and was not asked.",
    mend: `Look for a typing error in ${addressOf(kind)}. If the provider is meant to be inside, the operator names its host in SSO_ALLOWED_HOSTS.`,
  }),
  redirected: ({ kind }) => ({
    wrong: "The address sends us elsewhere, and redirects are not followed.",
    mend: `Enter in ${addressOf(kind)} where the provider really is.`,
  }),
  too_large: () => ({
    wrong: "The answer is longer than 1 MiB.",
    mend: "An identity provider's never is: look whether the address is right.",
  }),
  timeout: () => ({
    wrong: "The provider did not answer in time.",
    mend: "Try again. If it stays so, a firewall may keep this server from reaching it.",
  }),
  unknown_host: ({ kind }) => ({
    wrong: "There is no host of that name.",
    mend: `Look for a typing error in ${addressOf(kind)}.`,
  }),
  unreachable: ({ kind }) => ({
    wrong: "The host does not take connections from this server.",
    mend: `See whether the provider is up, whether ${addressOf(kind)} is right, and whether a firewall stands between.`,
  }),
  bad_certificate: () => ({
    wrong: "The host's certificate does not hold.",
    mend: "It is self-signed, expired, or of another name. Whoever runs the provider has to renew it.",
  }),
  bad_status: ({ found }) => ({
    wrong: `The provider answered with status ${found ?? "unknown"}.`,
    mend: "Try again in a minute; if it stays so, ask whoever runs it.",
  }),
  not_json: ({ kind }) => ({
    wrong: "The answer is not what an OpenID provider says of itself.",
    mend: `Look whether ${addressOf(kind)} is the issuer itself, not the address of a sign-in page.`,
  }),
  bad_answer: () => ({
    wrong: "The provider's answer cannot be read.",
    mend: "Try again; if it stays so, ask whoever runs it.",
  }),
  not_found: ({ expected }) => ({
    wrong: "The provider does not describe itself there.",
    mend: `Nothing is at ${expected ?? "the address"}. Copy the issuer from the provider's own settings, whole.`,
  }),
  wrong_tenant: ({ expected, found }) => ({
    wrong: "The provider does not know this tenant.",
    mend: `${found && expected && found !== "400" && found !== "404" ? `Expected ${expected}; the provider says ${found}. ` : ""}Copy the Directory (tenant) ID from the overview of the app registration.`,
  }),
  issuer_mismatch: ({ expected, found }) => ({
    wrong: "The provider calls itself something else.",
    mend:
      expected === undefined
        ? "Its tokens name another issuer than it does itself. Copy the issuer from the provider's own settings."
        : `Expected ${expected}; the provider says ${found || "nothing"}. Enter the issuer exactly as the provider has it.`,
  }),
  endpoint_missing: ({ expected }) => ({
    wrong: `The provider does not name ${expected ?? "all that a sign-in needs"}.`,
    mend: "It may be a provider of another protocol. OpenID Connect with the authorization code flow is needed.",
  }),
  alg_unsupported: ({ expected, found }) => ({
    wrong: `The provider signs with ${found ?? "another algorithm"}.`,
    mend: `Choose ${expected ?? "RS256"} for id tokens in the client's settings at the provider.`,
  }),
  no_keys: () => idToken("The provider publishes no key that its tokens could be verified with."),
  clock_skew: ({ found }) => ({
    wrong: found
      ? `The provider's clock is ${found} this server's.`
      : "The provider's clock is not that of this server.",
    mend: "One of the two is wrong. Set both by a time server (NTP): tokens hold for minutes only.",
  }),
  secret_unreadable: () => ({
    wrong: "The stored secret cannot be opened.",
    mend: "Its key is no longer in GATEBOOK_KEYS. The operator puts the key back, or you enter the secret again.",
  }),
  client_refused: ({ kind, found }) => ({
    wrong: `The provider refuses the client id or its secret${found ? ` (${found})` : ""}.`,
    mend: `The secret is wrong or has expired, or the client id is of another tenant. Make a new secret ${secretOf(kind)} and enter it here.`,
  }),
  callback_refused: ({ expected, callbackUrl, kind }) => ({
    wrong: "The provider does not know the callback URL.",
    mend: `Expected ${expected ?? callbackUrl}; the provider has another. Register it ${registrationOf(kind)}, letter by letter.`,
  }),
  provider_denied: () => ({
    wrong: "Somebody pressed Cancel at the provider, or it does not let them in.",
    mend: "Try again. If it was not you: at the provider, see who is assigned to the application.",
  }),
  provider_error: () => unexpected,
  state_mismatch: () => ({ wrong: "The answer belongs to another round trip.", mend: "Begin again, in one window." }),
  nonce_mismatch: () => idToken("The id token was made for another round trip."),
  audience_mismatch: () => idToken("The id token was made for another client."),
  token_expired: () => ({
    wrong: "The id token had expired when it came.",
    mend: "The clock of the provider or of this server is wrong. Set both by a time server (NTP).",
  }),
  unknown_key: () => idToken("The id token is signed with a key that the provider does not publish."),
  bad_id_token: () => idToken("The id token does not verify."),
  code_refused: ({ kind }) => ({
    wrong: "The provider did not take back the code that it gave.",
    mend: `Begin again without going back in the browser. If it stays so, compare the callback URL ${registrationOf(kind)}.`,
  }),
  userinfo_failed: () => ({
    wrong: "The provider did not tell who signed in (userinfo).",
    mend: "Let the client have the scopes openid, email and profile at the provider.",
  }),
  no_subject: () => idToken("The provider did not say who signed in (sub)."),
  no_email: ({ kind }) => ({
    wrong: "The provider did not tell the email address.",
    mend:
      kind === "azure-ad"
        ? "Give the person an email address in Entra, and add the optional claim “email” to the id token under Token configuration."
        : "Let the client have the scope email at the provider, and see that the person has an address there.",
  }),
  email_unverified: () => ({
    wrong: "The provider does not vouch for the email address.",
    mend: "Have the address verified at the provider. Until then the person cannot sign in by it.",
  }),
  connection_changed: () => ({ wrong: "The connection was changed meanwhile.", mend: "Test it again." }),
};

/** What is wrong, and where it is mended. */
export function problemWords(problem: Problem, found: Found): Words {
  return WORDS[problem](found);
}

export const VERDICT_WORDS = { untested: "Not tested", failed: "Test failed", passed: "Tested" } as const;

/** "1 h", "59 min", "45 s". */
export function durationWords(seconds: number): string {
  if (seconds >= 7200) return `${Math.round(seconds / 3600)} h`;
  return seconds >= 120 ? `${Math.round(seconds / 60)} min` : `${seconds} s`;
}
