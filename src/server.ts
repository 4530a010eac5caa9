/**
 * The server in front of Next: it alone sees the TCP peer, so it decides the request id, the client's address,
 * the cookies NextAuth may see and the headers of every response, and it ends the process in order.
 */
import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { cookieNames, sanitizeCookieHeader } from "@/auth/cookies";
import { csrfTokenOf, newCsrfCookie } from "@/auth/csrf";
import { type Env, EnvError, env, nodeEnvironment } from "@/platform/env";
import { log } from "@/platform/log";
import { runInRequestScope } from "@/platform/request-scope";
import { runShutdown } from "@/platform/shutdown";
import { storableText } from "@/platform/text";
import { clientAddress } from "@/server/client-address";
import { requestIdFrom } from "@/server/request-id";
import { securityHeaders } from "@/server/security-headers";

const DRAIN_MS = 10_000;

function origins(...urls: (string | undefined)[]): string[] {
  return [...new Set(urls.flatMap((url) => (url ? [new URL(url).origin] : [])))];
}

function readEnvironment(): Env {
  try {
    return env();
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    process.stderr.write(`Gatebook cannot start. ${error.message}\nSee "Configuration" in docs/operations.md.\n`);
    process.exit(1);
  }
}

/** Gives a browser that opens a page its CSRF cookie, so that forms work at the first view and without JavaScript. */
function ensureCsrfCookie(req: IncomingMessage, res: ServerResponse, name: string, settings: Env): void {
  const opensPage = req.method === "GET" && req.headers.accept?.includes("text/html") && !req.url?.startsWith("/api");
  if (!opensPage) return;
  const cookies = (req.headers.cookie ?? "").split("; ").filter(Boolean);
  const current = cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1);
  if (current !== undefined && csrfTokenOf(decodeURIComponent(current), settings.NEXTAUTH_SECRET) !== null) return;
  const value = encodeURIComponent(newCsrfCookie(settings.NEXTAUTH_SECRET));
  req.headers.cookie = [...cookies.filter((cookie) => !cookie.startsWith(`${name}=`)), `${name}=${value}`].join("; ");
  const secure = settings.NEXTAUTH_URL.startsWith("https:") ? "; Secure" : "";
  res.appendHeader("set-cookie", `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${secure}`);
}

/** Makes the request safe to hand on and opens its scope. */
function frontDoor(settings: Env, handle: (req: IncomingMessage, res: ServerResponse) => Promise<void>) {
  const secure = settings.NEXTAUTH_URL.startsWith("https:");
  const names = cookieNames(secure);
  const headerSettings = {
    development: settings.NODE_ENV === "development",
    secure,
    formTargets: ["https:", ...origins(settings.OIDC_ISSUER, settings.AUTH0_ISSUER, settings.AZUREAD_AUTHORITY_HOST)],
    reportTargets: origins(settings.SENTRY_DSN),
  };

  return (req: IncomingMessage, res: ServerResponse): void => {
    const requestId = requestIdFrom(req.headers["x-request-id"]);
    const nonce = randomBytes(16).toString("base64");
    const forwardedFor = req.headers["x-forwarded-for"];
    const userAgent = req.headers["user-agent"];
    const scope = {
      requestId,
      nonce,
      ip: clientAddress(
        req.socket.remoteAddress,
        Array.isArray(forwardedFor) ? forwardedFor.join(",") : forwardedFor,
        settings.TRUSTED_PROXY_HOPS,
      ),
      userAgent: userAgent === undefined ? null : storableText(userAgent, 512),
    };
    // Nothing behind this line may take a client's word for where it is or which host it asked for.
    for (const name of ["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port", "forwarded"]) {
      delete req.headers[name];
    }
    req.headers["x-request-id"] = requestId;
    if (req.headers.cookie !== undefined) {
      req.headers.cookie = sanitizeCookieHeader(req.headers.cookie, names, settings.NEXTAUTH_URL);
    }
    ensureCsrfCookie(req, res, names.csrf, settings);
    const headers = securityHeaders(nonce, headerSettings);
    // Next reads the nonce for its own scripts from the policy on the request.
    req.headers["content-security-policy"] = headers["content-security-policy"];
    res.setHeader("x-request-id", requestId);
    for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
    if (req.url?.startsWith("/api")) res.setHeader("cache-control", "no-store");

    runInRequestScope(scope, () => {
      handle(req, res).catch((error: unknown) => {
        log().error({ err: error }, "request failed outside every handler");
        if (res.headersSent) return void res.destroy();
        res.statusCode = 500;
        res.setHeader("content-type", "application/json");
        res.end(JSON.stringify({ error: "internal_error", requestId }));
      });
    });
  };
}

async function main(): Promise<void> {
  nodeEnvironment("production");
  const settings = readEnvironment();
  const { default: next } = await import("next");
  const server = createServer({ maxHeaderSize: 32 * 1024 });
  const app = next({ dev: settings.NODE_ENV === "development", port: settings.PORT, httpServer: server });

  server.on("error", (error: NodeJS.ErrnoException) => {
    const hint =
      error.code === "EADDRINUSE" ? `Port ${settings.PORT} is taken: stop what uses it or set PORT.` : error.message;
    process.stderr.write(`Gatebook cannot listen. ${hint}\n`);
    process.exit(1);
  });
  await app.prepare();
  server.on("request", frontDoor(settings, app.getRequestHandler()));
  await new Promise<void>((resolve) => server.listen(settings.PORT, settings.HOSTNAME_BIND, resolve));
  // Next prepares itself (migrations included) at the first request: that one is ours, so that nobody waits for it.
  await fetch(`http://127.0.0.1:${settings.PORT}/api/health/live`);
  log().info({ port: settings.PORT, url: settings.NEXTAUTH_URL }, "ready");
  process.send?.({ type: "ready" });

  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    log().info({ signal }, "stopping: no new connections, finishing what is under way");
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const patience = setTimeout(() => server.closeAllConnections(), DRAIN_MS / 2);
    await closed;
    clearTimeout(patience);
    const unfinished = await runShutdown(DRAIN_MS / 2);
    if (unfinished.length > 0) log().error({ unfinished }, "stopped with work unfinished");
    else log().info("stopped");
    process.exit(unfinished.length > 0 ? 1 : 0);
  };
  process.on("SIGTERM", () => void stop("SIGTERM"));
  process.on("SIGINT", () => void stop("SIGINT"));
  // A workbench that was killed takes its server with it.
  process.on("disconnect", () => void stop("disconnect"));
}

void main();
