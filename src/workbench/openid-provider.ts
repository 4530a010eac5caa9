/**
 * A real OpenID provider for the developer's machine. Its root is an issuer, and so is every `/<tenant>/v2.0` under it:
 * with it as the authority host it stands in for Microsoft Entra, and a tenant is a provider of its own to anybody else.
 */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { listen, type Stoppable, sendJson, sendPage } from "./http";
import { readOrMake, writeKept } from "./kept-file";
import { type Issuer, makeIssuer } from "./openid-issuer";
import { introduction } from "./openid-page";
import { openIdStore } from "./openid-store";

export type OpenIdOptions = {
  port: number;
  dataDir: string;
  /** The application's origin: all its NextAuth callbacks are accepted, those of connections made later too. */
  appOrigin: string;
  /** Further redirect URIs, compared exactly. */
  redirectUris?: string[];
  /** How long an access token lives. */
  tokenTtlSeconds: number;
  onLog?: (line: string) => void;
};

export type OpenIdProvider = Stoppable & { issuer: string; clientId: string; clientSecret: string };

const CLIENT_ID = "gatebook";
const CLIENT_NAME = "Gatebook";
/** What whoever makes a connection to the provider needs: `{ clientId, clientSecret }`. */
const CLIENT_FILE = "openid-client.json";

const TENANT_PATH = /^\/([A-Za-z0-9][A-Za-z0-9.-]{0,63})\/v2\.0(?:\/|$)/;

const keysShape = z.object({
  clientSecret: z.string(),
  cookieKey: z.string(),
  signingKey: z.looseObject({ kty: z.string() }),
});

function makeKeys(): z.infer<typeof keysShape> {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    clientSecret: randomBytes(32).toString("base64url"),
    cookieKey: randomBytes(32).toString("base64url"),
    signingKey: { ...privateKey.export({ format: "jwk" }), kty: "RSA", use: "sig", alg: "RS256" },
  };
}

/** Starts the provider at `http://localhost:<port>`. */
export async function startOpenIdProvider(options: OpenIdOptions): Promise<OpenIdProvider> {
  const origin = `http://localhost:${options.port}`;
  const keys = readOrMake(join(options.dataDir, "openid-provider-keys.json"), keysShape, makeKeys);
  const client = { id: CLIENT_ID, name: CLIENT_NAME, secret: keys.clientSecret };
  const secretFile = join(options.dataDir, CLIENT_FILE);
  writeKept(secretFile, { clientId: client.id, clientSecret: client.secret });
  const store = openIdStore(options.dataDir);

  const grants = { authorization_code: 0, refresh_token: 0 };
  const issuers = new Map<string, Issuer>();
  const issuerOf = (tenant: string): Issuer => {
    const known = issuers.get(tenant);
    if (known) return known;
    const made = makeIssuer({
      origin,
      tenant,
      client,
      signingKeys: [keys.signingKey],
      cookieKey: keys.cookieKey,
      store,
      appOrigin: options.appOrigin,
      redirectUris: options.redirectUris ?? [],
      tokenTtlSeconds: options.tokenTtlSeconds,
      onGrant: (type) => {
        if (type === "authorization_code" || type === "refresh_token") grants[type] += 1;
      },
      onLog: options.onLog ?? (() => {}),
    });
    issuers.set(tenant, made);
    return made;
  };

  issuerOf("");
  const server = await listen(options.port, (req, res) => {
    const { pathname } = new URL(req.url ?? "/", origin);
    if (pathname === "/stats") return sendJson(res, 200, grants);
    if (pathname === "/") {
      const body = introduction({ issuer: origin, clientId: client.id, secretFile });
      return sendPage(res, { title: "Acme OpenID", body });
    }
    issuerOf(TENANT_PATH.exec(pathname)?.[1] ?? "").answer(req, res);
  });

  return {
    issuer: origin,
    clientId: client.id,
    clientSecret: client.secret,
    async stop() {
      await server.stop();
      store.flush();
    },
  };
}
