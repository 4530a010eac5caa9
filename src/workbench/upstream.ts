/** The service behind the proxy: it answers with what it was asked, so that one sees what the proxy sent. */
import { STATUS_CODES } from "node:http";
import { listen, readBody, type Stoppable, sendJson } from "./http";

const BODY_LIMIT = 10 * 1024 * 1024;

function wantedStatus(query: URLSearchParams): number {
  const status = Number(query.get("status") ?? 200);
  return status >= 200 && STATUS_CODES[status] !== undefined ? status : 200;
}

/** Starts the echo. `?status=418` chooses the status of the answer. */
export function startEchoUpstream(options: { port: number }): Promise<Stoppable> {
  return listen(options.port, (req, res) => {
    void (async () => {
      const url = new URL(req.url ?? "/", "http://localhost");
      const body = await readBody(req, BODY_LIMIT);
      if (body === null) return sendJson(res, 413, { error: `The echo takes at most ${BODY_LIMIT} bytes.` });
      const query: Record<string, string | string[]> = {};
      for (const name of new Set(url.searchParams.keys())) {
        const values = url.searchParams.getAll(name);
        query[name] = values.length === 1 ? (values[0] ?? "") : values;
      }
      const { method, headers } = req;
      sendJson(res, wantedStatus(url.searchParams), {
        method,
        path: url.pathname,
        query,
        headers,
        body: body.toString(),
      });
    })().catch(() => res.destroy());
  });
}
