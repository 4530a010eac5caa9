/** A policy for tests: Acme with a connection and a domain of its own, and Globex with a domain alone. */
import type { Account } from "@/auth/attempt/attempt";
import type { ActiveConnection, OrganizationPolicy, SignInPolicy } from "@/auth/policy/policy";

export const ACME = "0199c5d2-0000-7abc-8def-00000000000a";
export const GLOBEX = "0199c5d2-0000-7abc-8def-00000000000b";
const CONNECTION = "0199c5d2-0000-7abc-8def-00000000000c";
/** The provider id of Acme's connection. */
export const OWN = `sso-${CONNECTION}`;

/** One of Acme's people. */
export const ACCOUNT: Account = {
  id: "0199c5d2-1111-7abc-8def-000000000000",
  email: "alice@acme.test",
  emailVerifiedAt: new Date("2026-03-04T05:06:07Z"),
  disabledAt: null,
  organizationId: ACME,
  instanceRole: null,
};

const connection: ActiveConnection = {
  id: CONNECTION,
  providerId: OWN,
  kind: "openid",
  name: "Acme ID",
  organizationId: ACME,
  clientId: "gatebook",
  clientSecret: () => "s3cret",
  issuer: "https://id.acme.test",
  tenant: null,
  authorityHost: null,
  rolesClaim: "groups",
  roleMapping: { staff: "auditor", leads: "admin" },
};

const open = (id: string): OrganizationPolicy => ({
  id,
  allowedMethods: ["password", "email_verification", "sso", "passkey"],
  requiredConnectionId: null,
  requiredProvider: null,
  inviteOnly: false,
  defaultRole: "member",
});

export const samplePolicy: SignInPolicy = {
  connections: new Map([[OWN, connection]]),
  unreadable: [],
  organizations: new Map([ACME, GLOBEX].map((id) => [id, open(id)])),
  domains: new Map([
    ["acme.test", ACME],
    ["globex.test", GLOBEX],
  ]),
};

/** The same, where one organization asks for something else. */
export function policyWith(id: string, change: Partial<OrganizationPolicy>): SignInPolicy {
  const organizations = new Map(samplePolicy.organizations).set(id, { ...open(id), ...change });
  return { ...samplePolicy, organizations };
}
