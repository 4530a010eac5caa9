/**
 * Single sign-on connections that are kept in the database: what one is, which settings its kind has, and how its secret
 * is sealed. Pure: shared by server and client.
 */
import { z } from "zod";
import type { KeyRing, Place, Sealed } from "@/platform/key-ring";
import { storableText } from "@/platform/text";

/** In the order in which they are offered. */
export const connectionKinds = ["openid", "azure-ad", "auth0", "google", "github"] as const;
export type ConnectionKind = (typeof connectionKinds)[number];

/** What a group or role at the provider may give here. Owners are made by owners, never by a provider's word. */
export const mappedRoles = ["member", "auditor", "admin"] as const;
export type MappedRole = (typeof mappedRoles)[number];
export type RoleMapping = Readonly<Record<string, MappedRole>>;

/** What an administrator sees of a connection: everything but its secret. */
export type Connection = {
  id: string;
  kind: ConnectionKind;
  /** What people read on the button. */
  name: string;
  /** Null for the whole instance: then it stands in the place of the environment's provider of its kind. */
  organizationId: string | null;
  clientId: string;
  /** Of the kinds `openid` and `auth0`. */
  issuer: string | null;
  /** Of the kind `azure-ad`, like the authority host; that is null where it is {@link PUBLIC_AUTHORITY}. */
  tenant: string | null;
  authorityHost: string | null;
  /** The claim that holds a person's groups or roles there, and what each of its values gives here. */
  rolesClaim: string | null;
  roleMapping: RoleMapping;
  enabledAt: Date | null;
  /** When it was tested last with these settings, and what came of it. */
  testedAt: Date | null;
  testResult: unknown;
  createdAt: Date;
  /** When its settings changed last. */
  updatedAt: Date;
};

type Named = { id: string; kind: ConnectionKind; organizationId: string | null };

/** NextAuth's provider id of a connection: that of its kind where it is the whole instance's, else one of its own. */
export function providerIdOf({ id, kind, organizationId }: Named): string {
  return organizationId === null ? kind : `sso-${id}`;
}

export const PUBLIC_AUTHORITY = "https://login.microsoftonline.com";

/** Tenants of Microsoft Entra that anyone can have an account in: what an account there says of itself, its owner typed. */
const SHARED_TENANTS = new Set(["common", "organizations", "consumers", "9188040d-6c67-4c5b-b112-36a304b66dad"]);

export function isSharedTenant(tenant: string): boolean {
  return SHARED_TENANTS.has(tenant.toLowerCase());
}

type Located = Pick<Connection, "kind" | "issuer" | "tenant" | "authorityHost">;

/** Under which address the provider describes itself (OpenID Connect Discovery); null for GitHub, which does not. */
export function issuerOf({ kind, issuer, tenant, authorityHost }: Located): string | null {
  if (kind === "github") return null;
  if (kind === "google") return "https://accounts.google.com";
  if (kind !== "azure-ad") return issuer;
  return `${(authorityHost ?? PUBLIC_AUTHORITY).replace(/\/$/, "")}/${encodeURIComponent(tenant ?? "")}/v2.0`;
}

const storable = (text: string) => storableText(text, text.length) === text;
const line = (max: number) =>
  z.string().trim().min(1).max(max).refine(storable, "holds characters that no row can hold");

/** Without credentials, query and fragment: a path is looked for under it. Which hosts may do without TLS, the server decides. */
const address = line(500).refine((text) => {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  const plain = username === "" && password === "" && search === "" && hash === "" && !/[?#]$/.test(text);
  return plain && (protocol === "https:" || protocol === "http:");
}, "must be a URL that starts with https://, without credentials, query and fragment");

const authorityHost = address
  .refine((text) => !URL.canParse(text) || new URL(text).pathname === "/", "must be an origin without a path")
  .transform((text) => (URL.canParse(text) ? new URL(text).origin : text))
  .transform((origin) => (origin === PUBLIC_AUTHORITY ? null : origin));

const roles = {
  rolesClaim: line(100).nullable().default(null),
  roleMapping: z
    .record(line(200), z.enum(mappedRoles))
    .refine((mapping) => Object.keys(mapping).length <= 100, "has more than 100 values")
    .default({}),
};

const common = { name: line(80), clientId: line(255) };

/** What an administrator sets, the secret excepted. What is left out has no value: there is no partial change. */
export const connectionSettings = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.enum(["openid", "auth0"]), ...common, issuer: address, ...roles }),
    z.strictObject({
      kind: z.literal("azure-ad"),
      ...common,
      /** An id, a domain, or one of the shared tenants. */
      tenant: z
        .string()
        .trim()
        .max(255)
        .regex(/^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/, "must be an id or a domain"),
      authorityHost: authorityHost.nullable().default(null),
      ...roles,
    }),
    z.strictObject({ kind: z.literal("google"), ...common, ...roles }),
    // GitHub has no claims that could say so.
    z.strictObject({ kind: z.literal("github"), ...common }),
  ])
  .superRefine((settings, { addIssue }) => {
    if (settings.kind !== "azure-ad" || !isSharedTenant(settings.tenant)) return;
    // openid-client knows the issuer of a shared tenant, which has the person's own tenant in it, at that host alone.
    if (settings.authorityHost !== null)
      addIssue({ code: "custom", path: ["authorityHost"], message: `a shared tenant needs ${PUBLIC_AUTHORITY}` });
    // App roles are given out by each tenant for itself: anybody with a tenant could make themselves an admin.
    if (settings.rolesClaim !== null)
      addIssue({ code: "custom", path: ["rolesClaim"], message: "roles of a shared tenant are anybody's to claim" });
  });

export type ConnectionSettings = Pick<Connection, "kind" | "name" | "clientId"> &
  Pick<Connection, "issuer" | "tenant" | "authorityHost" | "rolesClaim" | "roleMapping">;

/** The settings with null for what their kind does not have. */
export function settingsOf(given: z.output<typeof connectionSettings>): ConnectionSettings {
  return { issuer: null, tenant: null, authorityHost: null, rolesClaim: null, roleMapping: {}, ...given };
}

/** Sent to a token endpoint as it is, so nothing is trimmed off it. */
export const clientSecret = z
  .string()
  .min(1)
  .max(1000)
  .regex(/^[\x20-\x7e]+$/, "holds characters that no client secret has");

const placeOf = (connectionId: string): Place => ({
  table: "sso_connections",
  column: "client_secret",
  row: connectionId,
});

export function sealClientSecret(ring: KeyRing, connectionId: string, secret: string): Sealed {
  return ring.seal(secret, placeOf(connectionId));
}

/** @throws UnsealError when no key of the ring opens it in this place */
export function openClientSecret(ring: KeyRing, connectionId: string, sealed: Sealed): string {
  return ring.open(sealed, placeOf(connectionId));
}
