/** Words and addresses of the pages about connections. Pure. */
import type { ConnectionKind } from "@/directory/connections";

export const SSO_HREF = "/admin/sso";
export const connectionHref = (id: string) => `${SSO_HREF}/${id}`;
export const reportHref = (id: string) => `${SSO_HREF}/${id}/report`;
export const roundTripHref = (id: string) => `/api/connections/${id}/test`;
export const newConnectionHref = (kind?: ConnectionKind) => `${SSO_HREF}/new${kind ? `?kind=${kind}` : ""}`;

/** The kinds in the order in which they are offered, with what each is for. */
export const KINDS: readonly { kind: ConnectionKind; name: string; hint: string }[] = [
  { kind: "azure-ad", name: "Microsoft Entra ID", hint: "Azure AD: a tenant id, and an app registration in it." },
  { kind: "auth0", name: "Auth0", hint: "The tenant's address, and an application of the kind “regular web”." },
  { kind: "openid", name: "OpenID Connect", hint: "Any other provider: Okta, Keycloak, Ping, one of your own." },
  { kind: "google", name: "Google", hint: "Google Workspace: an OAuth client from the Cloud console." },
  { kind: "github", name: "GitHub", hint: "An OAuth app of an organization. GitHub has no roles claim." },
];

export const kindName = (kind: ConnectionKind) => KINDS.find((one) => one.kind === kind)?.name ?? kind;

/** What a connection does now, in words. */
export const STATUS_WORDS = {
  counts: "Enabled",
  disabled: "Disabled",
  off: "Without effect",
  unreadable: "Cannot be read",
} as const;

const people = (count: number) => (count === 1 ? "One person signs" : `${count} people sign`);
const organizations = (count: number) => (count === 1 ? "One organization requires" : `${count} organizations require`);

/** What disabling it does, to be asked before. */
export function disablingWords({ identities, requiredBy }: { identities: number; requiredBy: number }): string {
  return [
    identities > 0 ? `${people(identities)} in by it.` : "Nobody has signed in by it yet.",
    ...(requiredBy > 0 ? [`${organizations(requiredBy)} it: their people can sign in by nothing else.`] : []),
    "Nobody can sign in by it until it is enabled again. Sessions that are there stay.",
  ].join(" ");
}
