/**
 * `POST /api/auth/callback/credentials` straight from the socket. What Next does around a route costs as much as all of
 * a sign-in but its hash; the route file serves the same wherever the front door is not told of this one.
 */
import "server-only";
import type { IncomingMessage, ServerResponse } from "node:http";
import { requestFrom } from "@/auth/http/request";
import { serveAuth } from "@/auth/route.server";
import { serveDirectly } from "@/platform/direct-routes";

async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const response = await serveAuth(requestFrom(req), ["callback", "credentials"]);
  res.statusCode = response.status;
  for (const [name, value] of response.headers) {
    if (name === "set-cookie") res.appendHeader(name, value);
    else res.setHeader(name, value);
  }
  res.end(await response.text());
}

export function servePasswordsDirectly(): void {
  serveDirectly("POST /api/auth/callback/credentials", serve);
}
