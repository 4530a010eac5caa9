/** The few HTTP pieces that the workbench's own servers share. */
import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";

/** The text as it may stand in an element or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d4d4d8, #3f3f46); --soft: light-dark(#52525b, #a1a1aa);
  --accent: light-dark(#1d4ed8, #93c5fd); --on-accent: light-dark(#fff, #0b1220); --alarm: light-dark(#b91c1c, #fca5a5); }
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; background: light-dark(#f4f4f5, #18181b); color: light-dark(#18181b, #f4f4f5); }
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1rem; }
main.narrow { max-width: 25rem; padding-top: 12vh; }
section, article { background: light-dark(#fff, #27272a); border: 1px solid var(--line); border-radius: .75rem; padding: 1.5rem; margin: 0 0 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; } h2 { font-size: 1.125rem; margin: 0 0 .25rem; }
p { margin: 0 0 1rem; } .soft { color: var(--soft); } .alarm { color: var(--alarm); } a { color: var(--accent); }
label { display: block; font-weight: 600; margin: 0 0 .25rem; }
input, select { width: 100%; font: inherit; padding: .625rem .75rem; border: 1px solid var(--soft); border-radius: .5rem; background: transparent; color: inherit; }
select option { background: light-dark(#fff, #27272a); }
details { margin: 1.25rem 0 0; } summary { cursor: pointer; } details[open] summary { margin: 0 0 1rem; }
dt { font-weight: 600; } dd { margin: 0 0 .75rem; overflow-wrap: anywhere; }
button { font: inherit; font-weight: 600; padding: .625rem 1rem; border-radius: .5rem; border: 1px solid var(--soft); background: transparent; color: inherit; cursor: pointer; }
button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.row { display: flex; gap: .75rem; margin-top: 1.25rem; } .row button { flex: 1; }
pre { font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; margin: 1rem 0 0; }`;

/** Sends a page. `body` is HTML already; `formTargets` are the origins that a form on it may end at. */
export function sendPage(
  res: ServerResponse,
  page: { status?: number; title: string; body: string; formTargets?: string[] },
): void {
  const nonce = randomBytes(16).toString("base64");
  const targets = ["'self'", ...(page.formTargets ?? [])].join(" ");
  res.writeHead(page.status ?? 200, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy":
      `default-src 'none'; style-src 'nonce-${nonce}'; img-src data:; form-action ${targets}; ` +
      "frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
  });
  res.end(
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">` +
      `<title>${escapeHtml(page.title)}</title><link rel="icon" href="data:,"><style nonce="${nonce}">${STYLE}</style></head>` +
      `<body>${page.body}</body></html>`,
  );
}

export function sendJson(res: ServerResponse, status: number, value: unknown): void {
  res.writeHead(status, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
  res.end(JSON.stringify(value));
}

/** The request's body, or null when it is longer than `limit` bytes. */
export async function readBody(req: IncomingMessage, limit: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export type Stoppable = { stop(): Promise<void> };

/** Listens on 127.0.0.1. `stop` cuts what is open: these servers have nothing to finish. */
export function listen(port: number, handler: RequestListener): Promise<Stoppable> {
  const server = createServer(handler);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      resolve({
        stop: () =>
          new Promise((stopped) => {
            server.close(() => stopped());
            server.closeAllConnections();
          }),
      });
    });
  });
}
