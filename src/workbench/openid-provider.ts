/** A real OpenID provider for the developer's machine: authorization code with PKCE, refresh tokens, any typed email. */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { type Configuration, errors, Provider } from "oidc-provider";
import { z } from "zod";
import { normalizeEmail } from "@/platform/text";
import { listen, readBody, type Stoppable, sendJson, sendPage } from "./http";
import { readOrMake } from "./kept-file";
import { findAccount, rememberAccount } from "./openid-accounts";
import { signInBody, trouble } from "./openid-page";
import { type OpenIdStore, openIdStore } from "./openid-store";

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
const SESSION_COOKIE = "acme_session";
const FORM_BYTES = 16 * 1024;

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

function configuration(options: OpenIdOptions, keys: z.infer<typeof keysShape>, store: OpenIdStore): Configuration {
  const accounts = store.adapter("Account");
  const callbacks = ["openid", "azure-ad", "auth0"].map((id) => `${options.appOrigin}/api/auth/callback/${id}`);
  return {
    adapter: (model) => store.adapter(model),
    clients: [
      {
        client_id: CLIENT_ID,
        client_name: CLIENT_NAME,
        client_secret: keys.clientSecret,
        grant_types: ["authorization_code", "refresh_token"],
        response_types: ["code"],
        redirect_uris: [...callbacks, ...(options.redirectUris ?? [])],
      },
    ],
    jwks: { keys: [keys.signingKey] },
    cookies: {
      keys: [keys.cookieKey],
      names: { session: SESSION_COOKIE, interaction: "acme_interaction", resume: "acme_resume" },
    },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    // Clients that read the id token only, as many do, find the claims in it.
    conformIdTokenClaims: false,
    scopes: ["openid", "offline_access"],
    pkce: { required: () => true },
    findAccount: (_ctx, sub) => findAccount(accounts, sub),
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed("refresh_token"),
    // As the strict providers do: a refresh token works once, and its second use ends the grant.
    rotateRefreshToken: true,
    expiresWithSession: async () => false,
    clientBasedCORS: () => false,
    ttl: {
      AccessToken: options.tokenTtlSeconds,
      AuthorizationCode: 60,
      Grant: 14 * 24 * 3600,
      IdToken: 3600,
      Interaction: 3600,
      RefreshToken: 14 * 24 * 3600,
      Session: 600,
    },
    renderError(ctx, out) {
      ctx.respond = false;
      const text = out.error_description ?? out.error;
      sendPage(ctx.res, {
        status: ctx.status,
        title: "Acme OpenID",
        body: trouble("This request cannot be answered", text),
      });
    },
  };
}

/** Forgets who signed in before: every authorization asks anew, so that a test or a demo can be someone else. */
function dropSession(req: IncomingMessage): void {
  const cookies = req.headers.cookie?.split(/;\s*/).filter((cookie) => !cookie.startsWith(SESSION_COOKIE));
  if (cookies) req.headers.cookie = cookies.join("; ");
}

/** Shows the sign-in page, and takes its answer. */
async function interact(
  provider: Provider,
  store: OpenIdStore,
  formTargets: string[],
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const { params } = await provider.interactionDetails(req, res);
  const show = (email: string, problem: string | null) =>
    sendPage(res, {
      status: problem === null ? 200 : 422,
      title: "Sign in – Acme OpenID",
      body: signInBody({ clientName: CLIENT_NAME, email, problem }),
      formTargets,
    });
  if (req.method !== "POST") return show(typeof params.login_hint === "string" ? params.login_hint : "", null);

  const form = new URLSearchParams((await readBody(req, FORM_BYTES))?.toString() ?? "");
  if (form.get("action") === "cancel") {
    const denied = { error: "access_denied", error_description: "The person pressed Cancel at the provider." };
    return provider.interactionFinished(req, res, denied, { mergeWithLastSubmission: false });
  }
  const typed = form.get("email") ?? "";
  const email = normalizeEmail(typed);
  if (email === null) return show(typed, "Enter an email address, such as ada@acme.test.");

  const accountId = await rememberAccount(store.adapter("Account"), email);
  const grant = new provider.Grant({ accountId, clientId: CLIENT_ID });
  grant.addOIDCScope(typeof params.scope === "string" ? params.scope : "openid");
  const grantId = await grant.save();
  await provider.interactionFinished(
    req,
    res,
    { login: { accountId, remember: false }, consent: { grantId } },
    { mergeWithLastSubmission: false },
  );
}

/** Starts the provider at `http://localhost:<port>`. */
export async function startOpenIdProvider(options: OpenIdOptions): Promise<OpenIdProvider> {
  const issuer = `http://localhost:${options.port}`;
  const keys = readOrMake(join(options.dataDir, "openid-provider-keys.json"), keysShape, makeKeys);
  const store = openIdStore(options.dataDir);
  const provider = new Provider(issuer, configuration(options, keys, store));

  const exact = provider.Client.prototype.redirectUriAllowed;
  const callback = `${options.appOrigin}/api/auth/callback/`;
  provider.Client.prototype.redirectUriAllowed = function allowed(uri: string) {
    if (uri.startsWith(callback) && /^[A-Za-z0-9-]+$/.test(uri.slice(callback.length))) return true;
    return exact.call(this, uri);
  };

  const grants = { authorization_code: 0, refresh_token: 0 };
  provider.on("grant.success", (ctx) => {
    const type = ctx.oidc.params?.grant_type;
    if (type === "authorization_code" || type === "refresh_token") grants[type] += 1;
  });
  provider.on("server_error", (_ctx, error) =>
    options.onLog?.(`The OpenID provider failed: ${error.stack ?? error.message}`),
  );

  const formTargets = [options.appOrigin, ...(options.redirectUris ?? []).map((uri) => new URL(uri).origin)];
  const protocol = provider.callback();
  const server = await listen(options.port, (req, res) => {
    const { pathname } = new URL(req.url ?? "/", issuer);
    dropSession(req);
    if (pathname === "/stats") return sendJson(res, 200, grants);
    if (pathname === "/") {
      const text =
        "A provider for this machine only. Applications find what they need at /.well-known/openid-configuration.";
      return sendPage(res, { title: "Acme OpenID", body: trouble("Acme OpenID", text) });
    }
    if (!pathname.startsWith("/interaction/")) return void protocol(req, res);
    interact(provider, store, formTargets, req, res).catch((error: unknown) => {
      if (!(error instanceof errors.SessionNotFound)) options.onLog?.(`The OpenID provider failed: ${String(error)}`);
      const text = "It has expired, or was finished in another tab. Go back to the application and start again.";
      if (!res.headersSent)
        sendPage(res, { status: 400, title: "Acme OpenID", body: trouble("This sign-in is over", text) });
    });
  });

  return {
    issuer,
    clientId: CLIENT_ID,
    clientSecret: keys.clientSecret,
    async stop() {
      await server.stop();
      store.flush();
    },
  };
}
