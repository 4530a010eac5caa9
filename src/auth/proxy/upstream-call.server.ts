/**
 * One call of the upstream over Node's own client, which sends path and headers as they are given and follows, decodes
 * and retries nothing by itself. Bodies are streamed both ways; nothing is kept.
 */
import "server-only";
import { Agent, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps, Agent as SecureAgent } from "node:https";
import { pipeline, Readable, Transform } from "node:stream";
import type { ReadableStream as NodeStream } from "node:stream/web";
import { urlToHttpOptions } from "node:url";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { log } from "@/platform/log";

export type Problem =
  | "body_too_large"
  | "client_gone"
  | "upstream_timeout"
  | "upstream_unreachable"
  | "upstream_encoding";

/** Why there is no answer of the upstream. */
export class CallFailed extends Error {
  constructor(
    readonly problem: Problem,
    options?: ErrorOptions,
  ) {
    super(`The upstream could not be called: ${problem}.`, options);
    this.name = "CallFailed";
  }
}

export type Call = {
  upstream: URL;
  method: string;
  /** Path and query, as they are to be sent. */
  path: string;
  /** With the length of the body, or the word that it is chunked: for some methods Node would send it without either. */
  headers: Record<string, string>;
  body: ReadableStream<Uint8Array> | null;
  maxBodyBytes: number;
  /** How long nothing may happen, neither sent nor answered, until the answer begins. */
  timeoutMs: number;
  /** Fires when the client has gone away. */
  signal: AbortSignal;
};

// An idle connection is closed before most servers do it, so that none is taken up that is just being closed.
const AGENT = { keepAlive: true, timeout: 4000 };
const agent = new Agent(AGENT);
const secureAgent = new SecureAgent(AGENT);

/** Passes bytes on and tells how many there were until now. */
function counter(onBytes: (total: number) => void): Transform {
  let total = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      total += chunk.length;
      onBytes(total);
      done(null, chunk);
    },
  });
}

const REPEATABLE = new Set(["GET", "HEAD", "OPTIONS"]);

function send(call: Call, again: boolean): Promise<IncomingMessage> {
  const { upstream, method, path, headers, signal } = call;
  return new Promise((resolve, reject) => {
    const secure = upstream.protocol === "https:";
    const request = (secure ? requestHttps : requestHttp)({
      ...urlToHttpOptions(upstream),
      agent: secure ? secureAgent : agent,
      method,
      path,
      headers,
      signal,
    });
    let over = false;
    // After the answer has begun nobody hears the reason any more: the answer's own stream ends in an error.
    const fail = (problem: Problem, options?: ErrorOptions) => {
      over = true;
      clearTimeout(silence);
      reject(new CallFailed(problem, options));
      request.destroy();
    };
    const silence = setTimeout(() => fail("upstream_timeout"), call.timeoutMs);
    request.on("response", (response) => {
      over = true;
      clearTimeout(silence);
      resolve(response);
    });
    // Nobody asked for another protocol.
    request.on("upgrade", (_, socket) => {
      socket.destroy();
      fail("upstream_unreachable");
    });
    request.on("error", (error: NodeJS.ErrnoException) => {
      // What we end ourselves says so as well.
      if (over) return;
      const idleTooLong = request.reusedSocket && error.code === "ECONNRESET";
      if (idleTooLong && again && call.body === null && REPEATABLE.has(method)) resolve(send(call, false));
      fail(signal.aborted ? "client_gone" : "upstream_unreachable", { cause: error });
    });
    if (call.body === null) return void request.end();
    const body = Readable.fromWeb(call.body as NodeStream<Uint8Array>);
    const counted = counter((total) => {
      if (total > call.maxBodyBytes) fail("body_too_large");
      else silence.refresh();
    });
    // What goes wrong ends the request with an error, which is heard above.
    pipeline(body, counted, request, () => {});
  });
}

const DECODERS = new Map<string, () => Transform>([
  ["gzip", createGunzip],
  ["x-gzip", createGunzip],
  ["deflate", createInflate],
  ["br", createBrotliDecompress],
]);

/** Statuses whose answer has no body, whatever its headers say. */
const BODILESS = new Set([204, 205, 304]);

/**
 * The same stream; what breaks off on the way ends it as an abort, by which the client sees that the answer is not whole.
 * Next would take any other error for one of ours.
 */
function endingInAbort(body: ReadableStream<Uint8Array>, { signal }: Call): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        if (!signal.aborted) log().warn({ err: error }, "the upstream broke off its answer");
        controller.error(new DOMException("The answer broke off.", "AbortError"));
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

export type Answer = {
  status: number;
  headers: Record<string, string[] | undefined>;
  body: ReadableStream<Uint8Array> | null;
  /** Whether the upstream had encoded the body, though it was asked not to. */
  decoded: boolean;
};

/** @throws CallFailed until the answer has begun; what fails after that, fails its body */
export async function callUpstream(call: Call): Promise<Answer> {
  const response = await send(call, true);
  const { statusCode: status = 0, headersDistinct: headers } = response;
  if (status < 200 || status > 599) {
    response.destroy();
    throw new CallFailed("upstream_unreachable");
  }
  if (call.method === "HEAD" || BODILESS.has(status)) {
    response.resume();
    return { status, headers, body: null, decoded: false };
  }
  const encoding = headers["content-encoding"]?.join(",").trim().toLowerCase() ?? "";
  const plain = encoding === "" || encoding === "identity";
  const decoder = plain ? null : DECODERS.get(encoding)?.();
  if (decoder === undefined) {
    response.destroy();
    throw new CallFailed("upstream_encoding");
  }
  const body = Readable.toWeb(decoder ? pipeline(response, decoder, () => {}) : response);
  return { status, headers, body: endingInAbort(body as ReadableStream<Uint8Array>, call), decoded: decoder !== null };
}
