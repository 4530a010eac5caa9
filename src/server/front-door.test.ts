/** The server in front of Next, over real HTTP: what it lets through, what it decides itself, and what it adds to every answer. */
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { csrfTokenOf, newCsrfCookie } from "@/auth/csrf";
import { UNTRUSTED_CONTENT } from "@/auth/proxy/headers";
import { serveDirectly } from "@/platform/direct-routes";
import { parseEnv } from "@/platform/env";
import { afterAnswer, requestScope } from "@/platform/request-scope";
import { frontDoor } from "@/server/front-door";

const SECRET = "a secret for tests only, long enough to pass";
const SETTINGS = {
  DATABASE_URL: "postgres://nobody@127.0.0.1:1/nowhere",
  NEXTAUTH_URL: "http://localhost:3000",
  NEXTAUTH_SECRET: SECRET,
  NODE_ENV: "production",
};

let close = () => {};
afterEach(() => close());

type Handle = (req: IncomingMessage, res: ServerResponse) => Promise<void>;
/** Answers with what the handler behind the front door sees. */
const echo: Handle = async (req, res) => {
  res.end(JSON.stringify({ headers: req.headers, scope: requestScope() }));
};

type Headers = Record<string, string | string[]>;
async function ask(
  path: string,
  headers: Headers = {},
  variables: Record<string, string> = {},
  handle = echo,
  method = "GET",
) {
  const server = createServer(frontDoor(parseEnv({ ...SETTINGS, ...variables }), handle));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  const { port } = server.address() as AddressInfo;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ port, host: "127.0.0.1", path, headers, method }, resolve).on("error", reject).end();
  });
  let text = "";
  for await (const part of response) text += part;
  close();
  const seen = text.startsWith('{"headers"')
    ? (JSON.parse(text) as { headers: Record<string, string>; scope: Record<string, string | null> })
    : null;
  return { response, text, seen };
}

describe("where a request comes from", () => {
  const forged = {
    "x-forwarded-for": "198.51.100.1",
    "x-forwarded-host": "evil.example",
    "x-forwarded-proto": "https",
    "x-forwarded-port": "443",
    forwarded: "for=198.51.100.1;host=evil.example",
    "x-real-ip": "198.51.100.1",
    "client-ip": "198.51.100.1",
    "cf-connecting-ip": "198.51.100.1",
  };

  test("is the TCP peer, whatever headers say, and Next never gets to see those of a proxy", async () => {
    const { seen } = await ask("/", forged);
    expect(seen?.scope.ip).toBe("127.0.0.1");
    for (const name of ["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port", "forwarded"]) {
      expect(seen?.headers).not.toHaveProperty(name);
    }
  });

  test("is what the trusted proxy wrote, in however many headers the client wrote before it", async () => {
    const headers = { ...forged, "x-forwarded-for": ["6.6.6.6", "7.7.7.7, 203.0.113.7"] };
    expect((await ask("/", headers, { TRUSTED_PROXY_HOPS: "1" })).seen?.scope.ip).toBe("203.0.113.7");
  });

  test("keeps the user agent raw, cut and storable", async () => {
    expect((await ask("/", { "user-agent": `B\u00fc ${"x".repeat(1000)}` })).seen?.scope.userAgent).toHaveLength(512);
    expect((await ask("/")).seen?.scope.userAgent).toBeNull();
  });
});

describe("the request id", () => {
  test("of a proxy is kept through the scope, the request and the response", async () => {
    const { response, seen } = await ask("/", { "x-request-id": "from-the-proxy-1" });
    const ids = [response.headers["x-request-id"], seen?.scope.requestId, seen?.headers["x-request-id"]];
    expect(ids).toEqual(["from-the-proxy-1", "from-the-proxy-1", "from-the-proxy-1"]);
  });

  test("that is malformed, or sent twice, is replaced in all three places by the same one", async () => {
    for (const sent of ["short", "with space inside", "a".repeat(129), ["12345678", "87654321"]]) {
      const { response, seen } = await ask("/", { "x-request-id": sent });
      const ids = new Set([response.headers["x-request-id"], seen?.scope.requestId, seen?.headers["x-request-id"]]);
      expect([...ids]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    }
  });
});

describe("every answer", () => {
  test("has a policy with a nonce of its own, which is the one that Next is told", async () => {
    const [first, second] = [await ask("/"), await ask("/")];
    const nonce = first.seen?.scope.nonce ?? "";
    expect(Buffer.from(nonce, "base64")).toHaveLength(16);
    expect(nonce).not.toBe(second.seen?.scope.nonce);
    expect(first.response.headers["content-security-policy"]).toContain(`'nonce-${nonce}'`);
    expect(first.seen?.headers["content-security-policy"]).toBe(first.response.headers["content-security-policy"]);
  });

  test("takes no policy from the client", async () => {
    const { seen } = await ask("/", { "content-security-policy": "script-src * 'nonce-mine'" });
    expect(seen?.headers["content-security-policy"]).not.toContain("mine");
  });

  test("to TRACE is 405, and nobody behind the door gets to see it", async () => {
    const { response, seen, text } = await ask("/api/proxy/x", { cookie: "a=1" }, {}, echo, "TRACE");
    expect([response.statusCode, seen, text]).toEqual([405, null, ""]);
  });

  test("under /api is never stored", async () => {
    expect((await ask("/api/auth/session")).response.headers["cache-control"]).toBe("no-store");
  });

  test("of a handler that fails is 500 with the request id, and nothing of the failure", async () => {
    const failing: Handle = async () => {
      throw new Error("connect ECONNREFUSED 10.0.0.7:5432, password=hunter2");
    };
    const { response, text } = await ask("/api/x", { "x-request-id": "request-0001" }, {}, failing);
    expect(response.statusCode).toBe(500);
    expect(JSON.parse(text)).toEqual({ error: "internal_error", requestId: "request-0001" });
    expect(response.headers["content-security-policy"]).toBeDefined();
  });
});

describe("a call of the upstream", () => {
  const inside: Handle = async (req, res) => {
    res.end(JSON.stringify({ headers: { url: req.url }, scope: requestScope() }));
  };
  const through = async (path: string) => ask(path, {}, {}, inside);

  test.each([
    "/api/proxy/a/",
    "/api/proxy/a//b?x=%2F",
    "/api/proxy/%2e%2e/%2e%2e/admin",
    "/api/proxy/../../admin",
    "/api/proxy/100%",
    "/api/proxy/",
  ])("as %j keeps what was asked, past everybody who would tidy it", async (path) => {
    const { response, seen } = await through(path);
    expect(seen?.scope.proxied).toBe(path);
    expect(seen?.headers.url).toBe("/api/proxy/upstream");
    expect(response.headers["content-security-policy"]).toBe(UNTRUSTED_CONTENT);
    expect(response.headers["cache-control"]).toBe("no-store");
  });

  test.each(["/api/proxy", "/api/proxied/a", "/API/proxy/a", "//api/proxy/a", "/x/../api/proxy/a", "/?/api/proxy/a"])(
    "is not %j",
    async (path) => {
      const { response, seen } = await through(path);
      expect(seen?.scope).not.toHaveProperty("proxied");
      expect(seen?.headers.url).toBe(path);
      expect(response.headers["content-security-policy"]).toContain("script-src");
    },
  );
});

describe("cookies", () => {
  const page = { accept: "text/html" };
  const csrfOf = (header: string | undefined) => /gatebook\.csrf=([^;]+)/.exec(header ?? "")?.[1];

  test("that would break the library are gone before Next sees them, and the others stay", async () => {
    const { seen } = await ask("/", {
      cookie: "a=1; gatebook.session.0=x; gatebook.callback-url=//evil.example; b=%; c=2",
    });
    expect(seen?.headers.cookie).toBe("a=1; c=2");
  });

  test("of a browser that opens a page get a signed CSRF cookie, which the page sees at once", async () => {
    const { response, seen } = await ask("/sign-in", page);
    const [set = ""] = response.headers["set-cookie"] ?? [];
    expect(set).toMatch(/^gatebook\.csrf=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(csrfOf(seen?.headers.cookie)).toBe(csrfOf(set));
    expect(csrfTokenOf(decodeURIComponent(csrfOf(set) ?? ""), SECRET)).not.toBeNull();
  });

  test("on https are Secure and bound to the host", async () => {
    const { response } = await ask("/sign-in", page, { NEXTAUTH_URL: "https://id.example.com" });
    expect(response.headers["set-cookie"]?.[0]).toMatch(
      /^__Host-gatebook\.csrf=[^;]+; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
    );
  });

  test("with a valid CSRF cookie keep it; with a forged one get a new one", async () => {
    const own = `gatebook.csrf=${encodeURIComponent(newCsrfCookie(SECRET))}`;
    const kept = await ask("/sign-in", { ...page, cookie: own });
    expect(kept.response.headers["set-cookie"]).toBeUndefined();
    expect(kept.seen?.headers.cookie).toBe(own);
    const forged = `gatebook.csrf=${"a".repeat(64)}%7C${"b".repeat(64)}`;
    const replaced = await ask("/sign-in", { ...page, cookie: `x=1; ${forged}` });
    expect(csrfOf(replaced.seen?.headers.cookie)).toBe(csrfOf(replaced.response.headers["set-cookie"]?.[0]));
    expect(replaced.seen?.headers.cookie).not.toContain(forged);
  });

  test("of a script, an image or an endpoint get none", async () => {
    for (const [path, accept] of [
      ["/sign-in", "*/*"],
      ["/sign-in", "image/png"],
      ["/api/auth/session", "text/html"],
    ] as const) {
      expect((await ask(path, { accept })).response.headers["set-cookie"]).toBeUndefined();
    }
  });
});

describe("what does not go to Next", () => {
  test("is a route that the application has registered, by its exact request line, within the request's scope", async () => {
    serveDirectly("POST /direct", async (_, res) => void res.end(`direct ${requestScope()?.requestId}`));
    const id = "request-direct";
    const asked = async (path: string, method: string) =>
      (await ask(path, { "x-request-id": id }, {}, async (_, res) => void res.end("Next"), method)).text;
    expect(await asked("/direct", "POST")).toBe(`direct ${id}`);
    for (const [path, method] of [
      ["/direct", "GET"],
      ["/direct?a=1", "POST"],
      ["//direct", "POST"],
      ["/direct/", "POST"],
    ] as const) {
      expect(await asked(path, method)).toBe("Next");
    }
  });

  test("whose failure is a 500 without details", async () => {
    serveDirectly("POST /failing", () => Promise.reject(new Error("10.0.0.5 refused")));
    const { response, text } = await ask("/failing", {}, {}, echo, "POST");
    expect(response.statusCode).toBe(500);
    expect(text).not.toContain("10.0.0.5");
  });
});

test("what follows an answer begins when it has left, and knows of which request it is", async () => {
  const order: string[] = [];
  const begun = Promise.withResolvers<string | undefined>();
  await ask("/", { "x-request-id": "request-answered" }, {}, async (_, res) => {
    res.once("finish", () => order.push("answered"));
    afterAnswer(async () => {
      order.push("begun");
      begun.resolve(requestScope()?.requestId);
    });
    await new Promise((resolve) => setImmediate(resolve));
    res.end("done");
  });
  expect(await begun.promise).toBe("request-answered");
  expect(order).toEqual(["answered", "begun"]);
});
