/** Routes that the front door serves itself instead of Next. They are compiled with the application, which registers them at its start. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { processWide } from "@/platform/process-wide";

export type DirectRoute = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

const routes = processWide("direct routes", () => new Map<string, DirectRoute>());

/** @param line method and path, as a request line has them: `POST /path`. Another spelling of the path, or a query, goes to Next */
export function serveDirectly(line: string, route: DirectRoute): void {
  routes.set(line, route);
}

export function directRoute(req: IncomingMessage): DirectRoute | undefined {
  return routes.get(`${req.method} ${req.url}`);
}
