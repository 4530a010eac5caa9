/** What the authentication endpoints look at of a request. Next's requests fit, and so does one straight from the socket. */
import type { IncomingMessage } from "node:http";

export type AuthRequest = {
  method: string;
  headers: { get(name: string): string | null };
  cookies: {
    get(name: string): { name: string; value: string } | undefined;
    getAll(): { name: string; value: string }[];
  };
  nextUrl: { searchParams: URLSearchParams };
  body: AsyncIterable<Uint8Array> | null;
};

/** The cookies of a header that the front door has sanitized: each name once, each value decodable. */
function cookiesOf(header: string | undefined): AuthRequest["cookies"] {
  const all = (header ?? "")
    .split("; ")
    .filter(Boolean)
    .map((cookie) => {
      const [name = ""] = cookie.split("=", 1);
      return { name, value: decodeURIComponent(cookie.slice(name.length + 1)) };
    });
  return { get: (name) => all.find((cookie) => cookie.name === name), getAll: () => all };
}

/** A request as Node has it, with its body not yet read. */
export function requestFrom(req: IncomingMessage): AuthRequest {
  return {
    method: req.method ?? "GET",
    headers: {
      get(name) {
        const value = req.headers[name];
        return typeof value === "string" ? value : null;
      },
    },
    cookies: cookiesOf(req.headers.cookie),
    nextUrl: new URL(req.url ?? "/", "http://localhost"),
    // Who stops reading a body that is too large still has to answer on the connection.
    body: req.iterator({ destroyOnReturn: false }),
  };
}
