/**
 * A real OpenID provider for the developer's machine. Its root is an issuer, and so is every `/<tenant>/v2.0` under it:
 * with it as the authority host it stands in for Microsoft Entra, and a tenant is a provider of its own to anybody else.
 */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { z } from "zod";
import { listen, readBody, type Stoppable, sendJson, sendPage } from "./http";
import { readOrMake, writeKept } from "./kept-file";
import { type Fault, faultOrder } from "./openid-faults";
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

const ORDER_BYTES = 1024;
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

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Takes `{ tenant, fault }`. The issuer at the root has none, so that it serves everybody else meanwhile. */
async function switchFault(req: IncomingMessage, res: ServerResponse, faults: Map<string, Fault>): Promise<void> {
  const body = (await readBody(req, ORDER_BYTES))?.toString() ?? "";
  const order = faultOrder.safeParse(jsonIn(body));
  if (!order.success) return sendJson(res, 400, { error: "bad_request", issues: order.error.issues });
  const { tenant, fault } = order.data;
  if (fault === null) faults.delete(tenant);
  else faults.set(tenant, fault);
  sendJson(res, 200, { tenant, fault });
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
  const faults = new Map<string, Fault>();
  const issuers = new Map<string, Issuer>();
  const issuerOf = (tenant: string): Issuer => {
    const known = issuers.get(tenant);
    if (known) return known;
    const made = makeIssuer({
      origin,
      tenant,
      client,
      signingKey: keys.signingKey,
      cookieKey: keys.cookieKey,
      store,
      appOrigin: options.appOrigin,
      redirectUris: options.redirectUris ?? [],
      tokenTtlSeconds: options.tokenTtlSeconds,
      fault: () => faults.get(tenant) ?? null,
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
    if (pathname === "/faults" && req.method === "POST") return void switchFault(req, res, faults);
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
