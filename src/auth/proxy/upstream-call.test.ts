/** One call over real sockets: streamed both ways, bounded in bytes and in time, and over when the client is gone. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Call, CallFailed, callUpstream } from "@/auth/proxy/upstream-call.server";

type Handler = (req: IncomingMessage, res: ServerResponse) => void;
let server: Server;
let upstream: URL;
let handle: Handler;

beforeAll(async () => {
  server = createServer((req, res) => handle(req, res));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  upstream = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const call = (more: Partial<Call> = {}) =>
  callUpstream({
    upstream,
    method: "GET",
    path: "/",
    headers: {},
    body: null,
    maxBodyBytes: 1024 * 1024,
    timeoutMs: 2000,
    signal: new AbortController().signal,
    ...more,
  });

const CHUNKED = { "transfer-encoding": "chunked" };

function bytes(total: number, chunk = 64 * 1024): ReadableStream<Uint8Array> {
  let left = total;
  return new ReadableStream({
    pull(controller) {
      const size = Math.min(chunk, left);
      if (size === 0) return controller.close();
      left -= size;
      controller.enqueue(new Uint8Array(size));
    },
  });
}

const textOf = (body: ReadableStream<Uint8Array> | null) => new Response(body).text();
const problemOf = (work: Promise<unknown>) =>
  work.then(
    () => "answered",
    (error: unknown) => (error instanceof CallFailed ? error.problem : String(error)),
  );

describe("what is sent", () => {
  test.each([
    ["POST", CHUNKED],
    ["PUT", { "content-length": "5" }],
    ["PATCH", CHUNKED],
    ["DELETE", CHUNKED],
    ["OPTIONS", CHUNKED],
  ])(
    "by %s with %o arrives with its body, and nothing of it is taken for a second request",
    async (method, headers) => {
      const seen: string[] = [];
      handle = async (req, res) => {
        const parts: Buffer[] = [];
        for await (const part of req) parts.push(part as Buffer);
        seen.push(`${req.method} ${req.url} ${Buffer.concat(parts)}`);
        res.end("ok");
      };
      const answer = await call({
        method,
        path: "/a%20b/?x=%2F",
        headers: headers as Record<string, string>,
        body: new Response("hello").body,
      });
      expect(await textOf(answer.body)).toBe("ok");
      expect(seen).toEqual([`${method} /a%20b/?x=%2F hello`]);
    },
  );

  test("is streamed: the upstream has the beginning before the client has sent the end", async () => {
    let began = () => {};
    const beginning = new Promise<void>((resolve) => {
      began = resolve;
    });
    handle = (req, res) => {
      req.once("data", began);
      req.on("end", () => res.end("whole"));
      req.resume();
    };
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(new Uint8Array(10));
        await beginning;
        controller.enqueue(new Uint8Array(10));
        controller.close();
      },
    });
    expect(await textOf((await call({ method: "POST", headers: CHUNKED, body })).body)).toBe("whole");
  });

  test("may be of any length up to the limit, and not a byte longer", async () => {
    let received = 0;
    handle = (req, res) => {
      received = 0;
      req.on("data", (part: Buffer) => {
        received += part.length;
      });
      req.on("end", () => res.end());
    };
    const limit = 8 * 1024 * 1024;
    const post = (size: number) => call({ method: "POST", headers: CHUNKED, body: bytes(size), maxBodyBytes: limit });
    expect((await post(limit)).status).toBe(200);
    expect(received).toBe(limit);
    expect(await problemOf(post(limit + 1))).toBe("body_too_large");
    // An endless one is cut off.
    expect(await problemOf(post(Number.MAX_SAFE_INTEGER))).toBe("body_too_large");
  });
});

describe("what is answered", () => {
  test("passes with its status and every header", async () => {
    handle = (_, res) => {
      res.writeHead(418, [
        ["x-a", "1"],
        ["x-a", "2"],
        ["www-authenticate", "Basic"],
      ] as unknown as string[]);
      res.end("teapot");
    };
    const { status, headers, body } = await call();
    expect([status, headers["x-a"], await textOf(body)]).toEqual([418, ["1", "2"], "teapot"]);
  });

  test.each([401, 407, 421])("passes with %i after a body was sent", async (status) => {
    handle = (req, res) => {
      req.resume().on("end", () => res.writeHead(status).end("no"));
    };
    const answer = await call({ method: "POST", headers: CHUNKED, body: bytes(10) });
    expect([answer.status, await textOf(answer.body)]).toEqual([status, "no"]);
  });

  test.each([204, 304])("with %i has no body", async (status) => {
    handle = (_, res) => res.writeHead(status).end();
    expect(await call()).toMatchObject({ status, body: null });
  });

  test("to HEAD has its headers and no body", async () => {
    handle = (_, res) => res.writeHead(200, { "content-length": "12345", "content-encoding": "gzip" }).end();
    expect(await call({ method: "HEAD" })).toMatchObject({ body: null, headers: { "content-length": ["12345"] } });
  });

  test("is streamed: the client has the beginning before the upstream has sent the end", async () => {
    let finish = () => {};
    handle = (_, res) => {
      res.write("one");
      finish = () => res.end("two");
    };
    const { body } = await call();
    const reader = body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("one");
    finish();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("two");
  });

  test("waits for a client that reads slowly instead of being kept in memory", async () => {
    let written = 0;
    handle = (_, res) => {
      const chunk = Buffer.alloc(64 * 1024);
      const write = () => {
        while (written < 64 * 1024 * 1024) {
          written += chunk.length;
          if (!res.write(chunk)) return void res.once("drain", write);
        }
        res.end();
      };
      write();
    };
    const { body } = await call();
    await sleep(300);
    expect(written).toBeLessThan(16 * 1024 * 1024);
    let read = 0;
    for await (const part of body as unknown as AsyncIterable<Uint8Array>) read += part.length;
    expect(read).toBe(64 * 1024 * 1024);
  });

  test.each([
    ["gzip", gzipSync],
    ["X-GZIP", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
  ])("in %s, which nobody asked for, is decoded", async (encoding, encode) => {
    handle = (_, res) => res.writeHead(200, { "content-encoding": encoding }).end(encode("plain text"));
    const { body, decoded } = await call();
    expect([await textOf(body), decoded]).toEqual(["plain text", true]);
  });

  test.each(["compress", "gzip, br", "constructor"])("in %s is no answer", async (encoding) => {
    handle = (_, res) => res.writeHead(200, { "content-encoding": encoding }).end("?");
    expect(await problemOf(call())).toBe("upstream_encoding");
  });

  test("that is cut off, or encoded badly, ends in an abort and not as if it were whole", async () => {
    const abort = { name: "AbortError" };
    handle = (_, res) => {
      res.writeHead(200, { "content-length": "100" });
      res.write("half");
      setTimeout(() => res.destroy(), 50);
    };
    await expect(textOf((await call()).body)).rejects.toMatchObject(abort);
    handle = (_, res) => res.writeHead(200, { "content-encoding": "gzip" }).end("not gzip");
    await expect(textOf((await call()).body)).rejects.toMatchObject(abort);
  });
});

describe("no answer", () => {
  test("of an upstream where nobody listens, or that hangs up, is that it cannot be reached", async () => {
    expect(await problemOf(call({ upstream: new URL("http://127.0.0.1:1") }))).toBe("upstream_unreachable");
    expect(await problemOf(call({ upstream: new URL("http://nowhere.invalid") }))).toBe("upstream_unreachable");
    handle = (req) => req.destroy();
    expect(await problemOf(call())).toBe("upstream_unreachable");
  });

  test("within the time is a timeout, which a body under way puts off", async () => {
    handle = () => {};
    expect(await problemOf(call({ timeoutMs: 100 }))).toBe("upstream_timeout");
    handle = (req, res) => {
      req.resume().on("end", () => res.end("late"));
    };
    const slow = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await sleep(100);
        controller.enqueue(new Uint8Array(1));
        this.count = (this.count ?? 0) + 1;
        if (this.count === 6) controller.close();
      },
    } as UnderlyingDefaultSource<Uint8Array> & { count?: number });
    const answer = await call({ method: "POST", headers: CHUNKED, body: slow, timeoutMs: 300 });
    expect(await textOf(answer.body)).toBe("late");
  });

  test("is waited for once the client is gone, before the answer and in the midst of it", async () => {
    let closed = 0;
    handle = (_, res) => {
      res.on("close", () => {
        closed += 1;
      });
    };
    const before = new AbortController();
    const waiting = problemOf(call({ signal: before.signal }));
    await sleep(50);
    before.abort();
    expect(await waiting).toBe("client_gone");
    await expect.poll(() => closed).toBe(1);
    const unanswered = handle;
    handle = (req, res) => {
      unanswered(req, res);
      res.write("one");
    };
    const during = new AbortController();
    const answer = await call({ signal: during.signal });
    during.abort();
    await expect(textOf(answer.body)).rejects.toThrow();
    await expect.poll(() => closed).toBe(2);
    const cancelled = await call();
    await cancelled.body?.cancel();
    await expect.poll(() => closed).toBe(3);
  });
});

describe("an upstream that speaks no proper HTTP", () => {
  let tcp: TcpServer;
  const speaking = async (answer: string) => {
    tcp = createTcpServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.end(answer));
    });
    await new Promise<void>((resolve) => tcp.listen(0, "127.0.0.1", resolve));
    try {
      return await problemOf(call({ upstream: new URL(`http://127.0.0.1:${(tcp.address() as AddressInfo).port}`) }));
    } finally {
      tcp.close();
    }
  };

  test.each([
    "HTTP/1.1 999 What\r\ncontent-length: 0\r\n\r\n",
    "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
    "<html>not http</html>",
    "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
  ])("%j is no answer", async (answer) => {
    expect(await speaking(answer)).toBe("upstream_unreachable");
  });
});

test("a call that we have given up over a used connection is not made a second time", async () => {
  let calls = 0;
  handle = (req, res) => {
    calls += 1;
    if (req.url === "/first") res.end("ok");
  };
  expect(await textOf((await call({ path: "/first" })).body)).toBe("ok");
  expect(await problemOf(call({ path: "/mute", timeoutMs: 100 }))).toBe("upstream_timeout");
  await sleep(100);
  expect(calls).toBe(2);
});

test("a connection that the upstream closed while it was idle costs nobody an answer", async () => {
  let requests = 0;
  const closing = createTcpServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", () => {
      requests += 1;
      // The second request of a connection meets a server that has just given it up.
      if (socket.bytesWritten > 0) return void socket.resetAndDestroy();
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    });
  });
  await new Promise<void>((resolve) => closing.listen(0, "127.0.0.1", resolve));
  const there = new URL(`http://127.0.0.1:${(closing.address() as AddressInfo).port}`);
  expect(await textOf((await call({ upstream: there })).body)).toBe("ok");
  expect(await textOf((await call({ upstream: there })).body)).toBe("ok");
  expect(requests).toBe(3);
  // What may not be said twice is not.
  expect(await problemOf(call({ upstream: there, method: "POST" }))).toBe("upstream_unreachable");
  closing.close();
});
