/** Stands in for Sentry: takes whatever is sent and keeps it as it came, unpacked. */
import { createServer } from "node:http";
import { gunzipSync } from "node:zlib";

export type Report = {
  /** The whole envelope, byte for byte. */
  raw: string;
  /** What was said of the request that carried it. */
  headers: string;
  /** The kinds of its items: an error is an `event`. */
  kinds: string[];
  /** The event in it, if there is one. */
  event: ReportedEvent | null;
};

export type ReportedEvent = {
  tags?: Record<string, string>;
  user?: Record<string, unknown>;
  exception?: { values?: { type?: string; value?: string; stacktrace?: { frames?: unknown[] } }[] };
} & Record<string, unknown>;

export type Receiver = { dsn: string; reports: Report[]; close(): Promise<void> };

function parse(raw: string, headers: string): Report {
  const [, ...lines] = raw.split("\n").filter((line) => line !== "");
  const kinds: string[] = [];
  let event: ReportedEvent | null = null;
  for (let at = 0; at < lines.length; at += 2) {
    const { type } = JSON.parse(lines[at] ?? "{}") as { type: string };
    kinds.push(type);
    if (type === "event") event = JSON.parse(lines[at + 1] ?? "{}");
  }
  return { raw, headers, kinds, event };
}

export async function startReceiver(): Promise<Receiver> {
  const reports: Report[] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    req.on("end", () => {
      const body = Buffer.concat(chunks);
      const text = (req.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body).toString("utf8");
      // Who sends from where is the network's to know; the rest is ours.
      const headers = [req.url, ...req.rawHeaders].join("\n");
      if (req.method === "POST") reports.push(parse(text, headers));
      res.writeHead(200, {
        "access-control-allow-origin": "*",
        "access-control-allow-headers": "*",
        "content-type": "application/json",
      });
      res.end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the receiver has no port");
  return {
    dsn: `http://publickey@localhost:${address.port}/42`,
    reports,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
