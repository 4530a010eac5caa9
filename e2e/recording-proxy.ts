/** A proxy between a browser and the world that keeps every byte of every answer: what a browser was ever told. */
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";

export type Recorded = {
  url: string;
  status: number;
  /** The header lines as they came: `[name, value]`. */
  headers: [string, string][];
  body: string;
};

export type RecordingProxy = {
  /** For Playwright's `proxy.server`. */
  url: string;
  /** Answers that have ended, in the order in which they did. */
  answers: Recorded[];
  close(): Promise<void>;
};

function pairs(raw: string[]): [string, string][] {
  return Array.from({ length: raw.length / 2 }, (_, at) => [raw[2 * at] ?? "", raw[2 * at + 1] ?? ""]);
}

export async function startRecordingProxy(): Promise<RecordingProxy> {
  const answers: Recorded[] = [];
  const server = createServer((req: IncomingMessage, res: ServerResponse) => {
    const url = req.url ?? "";
    // Nothing is to be packed: a packed answer that was cut short could not be read.
    const headers = { ...req.headers, connection: "close", "accept-encoding": "identity" };
    const onward = request(url, { method: req.method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      // What was cut short has been told as far as it came.
      answer.on("close", () =>
        answers.push({
          url,
          status: answer.statusCode ?? 0,
          headers: pairs(answer.rawHeaders),
          body: Buffer.concat(chunks).toString("utf8"),
        }),
      );
      res.writeHead(answer.statusCode ?? 502, pairs(answer.rawHeaders).flat());
      answer.pipe(res);
    });
    onward.on("error", (error) => (res.headersSent ? res.destroy() : res.writeHead(502).end(String(error))));
    res.on("close", () => onward.destroy());
    req.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    answers,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
