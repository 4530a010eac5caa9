/** What a request to a host that somebody typed can reach, with real servers on this machine that nobody allowed. */
import { createServer, type RequestListener, request as requestHttp, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer, isIP, type Server as TcpServer } from "node:net";
import { text as textOf } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ResolveName } from "@/platform/outbound/agents.server";
import { type Guard, makeGuard } from "@/platform/outbound/guard.server";
import { outboundProblem } from "@/platform/outbound/refusal";

let answer: RequestListener;
let connections = 0;
let server: Server;
/** Takes connections and answers TLS with what is none. */
let deaf: TcpServer;
let port = 0;
let deafPort = 0;

const portOf = (listening: Server | TcpServer) => (listening.address() as AddressInfo).port;

beforeAll(async () => {
  server = createServer((request, response) => answer(request, response));
  deaf = createTcpServer((socket) => {
    socket.on("error", () => {});
    socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
  });
  for (const one of [server, deaf]) one.on("connection", () => (connections += 1));
  // "::" takes IPv4 too: every way to write this machine leads to the one server.
  await Promise.all([server, deaf].map((one) => new Promise<void>((resolve) => one.listen(0, "::", resolve))));
  port = portOf(server);
  deafPort = portOf(deaf);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  deaf.close();
});
beforeEach(() => {
  connections = 0;
  answer = (_, response) => void response.end("inside");
});

const LIMITS = { deadlineMs: 400, maxBytes: 2000 };
const strict = makeGuard({ ...LIMITS, allowedHosts: [] });
const open = makeGuard({ ...LIMITS, allowedHosts: ["localhost", "127.0.0.1", "::1"] });

async function problemOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
    return "none";
  } catch (error) {
    return outboundProblem(error) ?? error;
  }
}

describe("a host that nobody allowed", () => {
  test("is not asked without TLS, wherever it is", async () => {
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, "login.example.com"]) {
      expect(await problemOf(strict.fetch(`http://${host}/`))).toBe("scheme");
    }
    expect(connections).toBe(0);
  });

  test("is not asked with TLS either where its name or address leads inside, however that is written", async () => {
    const hosts = ["localhost", "LOCALHOST", "127.0.0.1", "127.1", "0x7f000001", "2130706433", "0.0.0.0", "0"];
    const six = ["[::1]", "[::]", "[::ffff:127.0.0.1]", "[0:0:0:0:0:ffff:7f00:1]", "[64:ff9b::127.0.0.1]"];
    for (const host of [...hosts, ...six]) {
      expect([host, await problemOf(strict.fetch(`https://${host}:${deafPort}/`))]).toEqual([host, "address"]);
    }
    expect(await problemOf(strict.fetch("https://169.254.169.254/latest/meta-data/"))).toBe("address");
    expect(connections).toBe(0);
  });

  test("is judged by its name alone: credentials and ports that look like an allowed one do not help", async () => {
    const some = makeGuard({ ...LIMITS, allowedHosts: ["idp.internal"] });
    for (const authority of ["idp.internal@127.0.0.1", "idp.internal:x@localhost", "127.0.0.1"]) {
      expect(await problemOf(some.fetch(`https://${authority}:${deafPort}/`))).toBe("address");
    }
    expect(connections).toBe(0);
  });

  test("is told apart from one that does not exist", async () => {
    expect(await problemOf(strict.fetch("https://nowhere.invalid/"))).toMatchObject({
      code: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/),
    });
  });
});

describe("a host that is allowed by name", () => {
  test("is asked without TLS and inside", async () => {
    for (const host of ["localhost", "127.0.0.1", "[::1]"]) {
      const answered = await open.fetch(`http://${host}:${port}/`);
      expect(answered).toMatchObject({ status: 200, body: "inside" });
    }
    expect(connections).toBe(3);
  });

  test("is asked with TLS, which is not put up with when it is none", async () => {
    expect(await problemOf(open.fetch(`https://localhost:${deafPort}/`))).toMatchObject({ code: "EPROTO" });
    expect(connections).toBe(1);
  });

  test("is sent a form as a form, and its refusals are answers", async () => {
    let got = "";
    answer = async (request, response) => {
      for await (const part of request) got += part;
      got = `${request.method} ${request.headers["content-type"]} ${request.headers.authorization} ${got}`;
      response.writeHead(401).end('{"error":"invalid_client"}');
    };
    const form = { code: "a b&c", grant_type: "authorization_code" };
    const answered = await open.fetch(`http://localhost:${port}/token`, {
      method: "POST",
      headers: { authorization: "Basic x" },
      form,
    });
    expect(answered).toMatchObject({ status: 401, body: '{"error":"invalid_client"}' });
    expect(got).toBe("POST application/x-www-form-urlencoded Basic x code=a+b%26c&grant_type=authorization_code");
  });

  test("leads nowhere else", async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      answer = (_, response) => void response.writeHead(status, { location: "http://localhost:1/" }).end();
      expect(await problemOf(open.fetch(`http://localhost:${port}/`))).toBe("redirect");
      const answered = await open.fetch(`http://localhost:${port}/`, { redirects: "answer" });
      expect(answered).toMatchObject({ status, headers: { location: "http://localhost:1/" } });
    }
  });

  test("has so many bytes and not one more", async () => {
    answer = (_, response) => void response.end("x".repeat(2001));
    expect(await problemOf(open.fetch(`http://localhost:${port}/`))).toBe("too_large");
    answer = (_, response) => {
      const more = () => response.write("x".repeat(500), () => !response.destroyed && setImmediate(more));
      more();
    };
    expect(await problemOf(open.fetch(`http://localhost:${port}/`))).toBe("too_large");
  });

  test.each<[string, RequestListener]>([
    ["never answers", () => {}],
    [
      "trickles",
      (_, response) => {
        const timer = setInterval(() => response.write(" "), 20);
        response.on("close", () => clearInterval(timer));
      },
    ],
  ])("has so much time and no more, when it %s", async (_, given) => {
    answer = given;
    const began = Date.now();
    expect(await problemOf(open.fetch(`http://localhost:${port}/`))).toBe("timeout");
    expect(Date.now() - began).toBeLessThan(1500);
  });

  test("is asked by no other protocol", async () => {
    for (const url of ["file:///etc/passwd", "ftp://localhost/", "data:,x", "nonsense"]) {
      await expect(open.fetch(url)).rejects.toThrow(TypeError);
    }
  });
});

describe("an agent alone, as libraries are handed it", () => {
  const get = (url: string, guard = open) =>
    new Promise<string>((resolve, reject) => {
      const { agent } = guard.httpOptions(new URL(url));
      const request = requestHttp(url, { agent }, (response) => textOf(response).then(resolve, reject));
      request.on("error", reject);
      request.end();
    });

  test("refuses as an error of the request", async () => {
    expect(await problemOf(get(`http://127.0.0.1:${port}/`, strict))).toBe("scheme");
    expect(connections).toBe(0);
    expect(await get(`http://127.0.0.1:${port}/`)).toBe("inside");
  });

  test("cuts off what is too long or too slow", async () => {
    answer = (_, response) => void response.end("x".repeat(5000));
    await expect(get(`http://localhost:${port}/`)).rejects.toThrow();
    answer = (_, response) => void response.write("x");
    await expect(get(`http://localhost:${port}/`)).rejects.toThrow();
  });
});

describe("a name's addresses", () => {
  /** A guard for which every name has these addresses. */
  function resolving(addresses: string[]) {
    const resolve: ResolveName = (_hostname, _options, done) => {
      done(
        null,
        addresses.map((address) => ({ address, family: isIP(address) })),
      );
    };
    return makeGuard({ ...LIMITS, allowedHosts: [], resolve });
  }
  const ask = (guard: Guard) => problemOf(guard.fetch(`https://login.example.com:${deafPort}/`));

  test.each([[["127.0.0.1"]], [["8.8.8.8", "10.0.0.1"]], [["::ffff:127.0.0.1"]], [["2606:4700::1", "fe80::1"]], [[]]])(
    "%j are refused: all must be public",
    async (addresses) => {
      expect(await ask(resolving(addresses))).toBe("address");
      expect(connections).toBe(0);
    },
  );

  test("are looked up once for each connection, and again for the next: a name may change its mind", async () => {
    const lookups: string[] = [];
    const resolve: ResolveName = (hostname, _options, done) => {
      lookups.push(hostname);
      done(null, [{ address: "127.0.0.1", family: 4 }]);
    };
    const guard = makeGuard({ ...LIMITS, allowedHosts: [], resolve });
    expect(await ask(guard)).toBe("address");
    expect(await ask(guard)).toBe("address");
    expect(lookups).toEqual(["login.example.com", "login.example.com"]);
  });
});
