/** One issuer of the local OpenID provider: authorization code with PKCE, refresh tokens, any typed email. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Configuration, errors, type JWK, Provider } from "oidc-provider";
import { readBody, sendPage } from "./http";
import { findAccount, personIn, rememberPerson } from "./openid-accounts";
import { type Fault, withFaults } from "./openid-faults";
import { heading, signInBody, trouble } from "./openid-page";
import type { OpenIdStore } from "./openid-store";

export type IssuerOptions = {
  /** Where the provider listens. */
  origin: string;
  /** Empty for the issuer at the root, else a tenant as Microsoft Entra has them: its issuer is `<origin>/<tenant>/v2.0`. */
  tenant: string;
  client: { id: string; name: string; secret: string };
  signingKey: JWK;
  cookieKey: string;
  store: OpenIdStore;
  /** The application's origin: all its NextAuth callbacks are accepted, those of connections made later too. */
  appOrigin: string;
  /** Further redirect URIs, compared exactly. */
  redirectUris: string[];
  tokenTtlSeconds: number;
  /** What it is to do wrong just now. */
  fault: () => Fault | null;
  onGrant: (type: unknown) => void;
  onLog: (line: string) => void;
};

export type Issuer = {
  issuer: string;
  /** Answers what lies under the issuer's path. */
  answer(req: IncomingMessage, res: ServerResponse): void;
};

const SESSION_COOKIE = "acme_session";
const FORM_BYTES = 16 * 1024;

const mountOf = (tenant: string) => (tenant === "" ? "" : `/${tenant}/v2.0`);

/** Issuers share a store, and nothing in it. */
const modelOf = (tenant: string, model: string) => (tenant === "" ? model : `${tenant}/${model}`);

function configuration(options: IssuerOptions): Configuration {
  const { client, store, tenant } = options;
  const accounts = store.adapter(modelOf(tenant, "Account"));
  const callbacks = ["openid", "azure-ad", "auth0"].map((id) => `${options.appOrigin}/api/auth/callback/${id}`);
  return {
    adapter: (model) => store.adapter(modelOf(tenant, model)),
    clients: [
      {
        client_id: client.id,
        client_name: client.name,
        client_secret: client.secret,
        grant_types: ["authorization_code", "refresh_token"],
        response_types: ["code"],
        redirect_uris: [...callbacks, ...options.redirectUris],
      },
    ],
    jwks: { keys: [options.signingKey] },
    cookies: {
      keys: [options.cookieKey],
      names: { session: SESSION_COOKIE, interaction: "acme_interaction", resume: "acme_resume" },
    },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "roles", "groups"] },
    // Clients that read the id token only, as many do, find the claims in it.
    conformIdTokenClaims: false,
    scopes: ["openid", "offline_access"],
    pkce: { required: () => true },
    findAccount: (_ctx, sub) => findAccount(accounts, sub),
    interactions: { url: (_ctx, interaction) => `${mountOf(tenant)}/interaction/${interaction.uid}` },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
    issueRefreshToken: async (_ctx, asking) => asking.grantTypeAllowed("refresh_token"),
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
  options: IssuerOptions,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const { client, store, tenant } = options;
  const { params } = await provider.interactionDetails(req, res);
  const show = (email: string, problem: string | null) =>
    sendPage(res, {
      status: problem === null ? 200 : 422,
      title: `Sign in – ${heading(tenant)}`,
      body: signInBody({ clientName: client.name, tenant, email, problem }),
      formTargets: [options.appOrigin, ...options.redirectUris.map((uri) => new URL(uri).origin)],
    });
  if (req.method !== "POST") return show(typeof params.login_hint === "string" ? params.login_hint : "", null);

  const form = new URLSearchParams((await readBody(req, FORM_BYTES))?.toString() ?? "");
  if (form.get("action") === "cancel") {
    const denied = { error: "access_denied", error_description: "The person pressed Cancel at the provider." };
    return provider.interactionFinished(req, res, denied, { mergeWithLastSubmission: false });
  }
  const typed = personIn(form, tenant);
  if (typed === null) return show(form.get("email") ?? "", "Enter an email address, such as ada@acme.test.");

  const accountId = typed.sub;
  await rememberPerson(store.adapter(modelOf(tenant, "Account")), accountId, typed.person);
  const grant = new provider.Grant({ accountId, clientId: client.id });
  grant.addOIDCScope(typeof params.scope === "string" ? params.scope : "openid");
  const grantId = await grant.save();
  await provider.interactionFinished(
    req,
    res,
    { login: { accountId, remember: false }, consent: { grantId } },
    { mergeWithLastSubmission: false },
  );
}

export function makeIssuer(options: IssuerOptions): Issuer {
  const mount = mountOf(options.tenant);
  const issuer = `${options.origin}${mount}`;
  const provider = new Provider(issuer, configuration(options));

  const exact = provider.Client.prototype.redirectUriAllowed;
  const callback = `${options.appOrigin}/api/auth/callback/`;
  provider.Client.prototype.redirectUriAllowed = function allowed(uri: string) {
    if (uri.startsWith(callback) && /^[A-Za-z0-9-]+$/.test(uri.slice(callback.length))) return true;
    return exact.call(this, uri);
  };

  provider.use(withFaults(options.fault, options.signingKey));
  const failed = (what: string) => options.onLog(`The OpenID provider failed: ${what}`);
  provider.on("grant.success", (ctx) => options.onGrant(ctx.oidc.params?.grant_type));
  provider.on("server_error", (_ctx, error) => failed(error.stack ?? error.message));

  const protocol = provider.callback();
  return {
    issuer,
    answer(req, res) {
      dropSession(req);
      const url = req.url ?? "/";
      if (!url.startsWith(`${mount}/interaction/`)) {
        // The library routes what is left of a path once its own mount is taken off, and reads the mount off both.
        if (mount !== "") Object.assign(req, { originalUrl: url, url: url.slice(mount.length) || "/" });
        return void protocol(req, res);
      }
      interact(provider, options, req, res).catch((error: unknown) => {
        if (!(error instanceof errors.SessionNotFound)) failed(String(error));
        const text = "It has expired, or was finished in another tab. Go back to the application and start again.";
        if (!res.headersSent)
          sendPage(res, { status: 400, title: "Acme OpenID", body: trouble("This sign-in is over", text) });
      });
    },
  };
}
