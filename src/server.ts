/**
 * The server in front of Next. It reads the environment, listens, and ends the process in order; what it does to each
 * request is in `server/front-door.ts`.
 */
import { createServer, type Server } from "node:http";
import { type Env, EnvError, env, nodeEnvironment } from "@/platform/env";
import { log } from "@/platform/log";
import { runShutdown } from "@/platform/shutdown";
import { frontDoor } from "@/server/front-door";

/** Half of it for requests under way, half for what must be finished after them. */
const DRAIN_MS = 10_000;

/**
 * Of a connection that nobody uses. Longer than proxies keep theirs, 60 s as a rule: where the server lets go first, a
 * request that is under way by then meets a closed connection, and is lost.
 */
const IDLE_MS = 75_000;

function refuse(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function readEnvironment(): Env {
  try {
    return env();
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    return refuse(`Gatebook cannot start. ${error.message}\nSee "Configuration" in docs/operations.md.`);
  }
}

function stopInOrder(server: Server): (signal: string) => Promise<void> {
  let stopping = false;
  return async (signal) => {
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
}

/** Next prepares itself (migrations included) at the first request: that one is ours, so that nobody waits for it. */
async function warmUp(server: Server): Promise<void> {
  const address = server.address();
  if (address === null || typeof address === "string") return;
  const host = address.address === "0.0.0.0" || address.address === "::" ? "127.0.0.1" : address.address;
  const url = new URL("http://localhost/api/health/live");
  url.hostname = address.family === "IPv6" && host !== "127.0.0.1" ? `[${host}]` : host;
  url.port = String(address.port);
  const answer = await fetch(url);
  if (!answer.ok) refuse("Gatebook cannot start: preparing it failed. The error is in the log above.");
}

async function main(): Promise<void> {
  nodeEnvironment("production");
  const settings = readEnvironment();
  const { default: next } = await import("next");
  const server = createServer({ maxHeaderSize: 32 * 1024, keepAliveTimeout: IDLE_MS });
  const app = next({ dev: settings.NODE_ENV === "development", port: settings.PORT, httpServer: server });
  server.on("error", (error: NodeJS.ErrnoException) => {
    const taken = `Port ${settings.PORT} is taken: stop what uses it or set PORT.`;
    refuse(`Gatebook cannot listen. ${error.code === "EADDRINUSE" ? taken : error.message}`);
  });
  const stop = stopInOrder(server);
  process.on("SIGTERM", () => void stop("SIGTERM"));
  process.on("SIGINT", () => void stop("SIGINT"));
  // A workbench that was killed takes its server with it.
  process.on("disconnect", () => void stop("disconnect"));

  await app.prepare();
  server.on("request", frontDoor(settings, app.getRequestHandler()));
  await new Promise<void>((resolve) => server.listen(settings.PORT, settings.HOSTNAME_BIND, resolve));
  await warmUp(server);
  log().info({ port: settings.PORT, url: settings.NEXTAUTH_URL }, "ready");
  process.send?.({ type: "ready" });
}

void main();
