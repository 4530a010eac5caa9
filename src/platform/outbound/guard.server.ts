/**
 * Requests to hosts that an administrator named, and that a stranger may control: https only, to public addresses only,
 * no redirect followed, and an end to time and size. What SSO_ALLOWED_HOSTS names may be inside, and without TLS.
 */
import "server-only";
import { type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { text as textOf } from "node:stream/consumers";
import { env } from "@/platform/env";
import { type GuardedAgents, type GuardSettings, makeGuardedAgents } from "@/platform/outbound/agents.server";
import { OutboundRefused } from "@/platform/outbound/refusal";

export type GuardedRequest = {
  method?: "GET" | "POST";
  headers?: Record<string, string>;
  /** Sent as application/x-www-form-urlencoded. */
  form?: Record<string, string>;
  /** `answer`: a redirect is an answer like any other. It is never followed; without this it is refused. */
  redirects?: "answer";
};

export type GuardedAnswer = {
  status: number;
  headers: IncomingMessage["headers"];
  body: string;
};

export type Guard = {
  /**
   * @throws OutboundRefused when the guard said no; TypeError for what is no http or https URL; Node's own errors of
   *   name resolution, connection and TLS
   */
  fetch(url: string, request?: GuardedRequest): Promise<GuardedAnswer>;
  /** What openid-client takes as `http_options` for a request to this URL. */
  httpOptions(url: URL): { agent: GuardedAgents["http"] | GuardedAgents["https"]; timeout: number };
};

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** What ended the connection, where that was the guard: to a request and its answer it is a connection that broke. */
function endedBy(request: ClientRequest): OutboundRefused | null {
  const reason = request.socket?.errored;
  return reason instanceof OutboundRefused ? reason : null;
}

export function makeGuard(settings: GuardSettings): Guard {
  const agents = makeGuardedAgents(settings);
  const agentFor = (url: URL) => (url.protocol === "https:" ? agents.https : agents.http);

  return {
    async fetch(address, { method = "GET", headers = {}, form, redirects } = {}) {
      const url = new URL(address);
      if (url.protocol !== "https:" && url.protocol !== "http:") throw new TypeError("only http and https are asked");
      const sent = form && new URLSearchParams(form).toString();
      const request = (url.protocol === "https:" ? requestHttps : requestHttp)(url, {
        agent: agentFor(url),
        method,
        headers: {
          accept: "application/json",
          "accept-encoding": "identity",
          ...(sent ? { "content-type": "application/x-www-form-urlencoded" } : {}),
          ...headers,
        },
      });
      try {
        const response = await new Promise<IncomingMessage>((resolve, reject) => {
          request.once("response", resolve);
          request.on("error", reject);
          request.end(sent);
        });
        const status = response.statusCode ?? 0;
        if (redirects !== "answer" && REDIRECTS.has(status)) throw new OutboundRefused("redirect");
        const body = await textOf(response);
        const refused = endedBy(request);
        if (refused) throw refused;
        return { status, headers: response.headers, body };
      } catch (error) {
        throw endedBy(request) ?? error;
      } finally {
        request.destroy();
      }
    },
    httpOptions: (url) => ({ agent: agentFor(url), timeout: settings.deadlineMs }),
  };
}

const LIMITS = { deadlineMs: 5000, maxBytes: 1024 * 1024 };

let cached: Guard | undefined;

/** The guard with what this process's environment allows. */
export function guard(): Guard {
  cached ??= makeGuard({ ...LIMITS, allowedHosts: env().SSO_ALLOWED_HOSTS });
  return cached;
}
