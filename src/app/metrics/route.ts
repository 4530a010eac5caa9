/** `GET /metrics`: Prometheus text for whoever holds `METRICS_TOKEN`; without the setting the path does not exist. */
import { createHash, timingSafeEqual } from "node:crypto";
import { metricsText } from "@/audit/metrics.server";
import { env } from "@/platform/env";

export const dynamic = "force-dynamic";

const digest = (text: string) => createHash("sha256").update(text).digest();

export async function GET(request: Request): Promise<Response> {
  const { METRICS_TOKEN } = env();
  if (!METRICS_TOKEN) return Response.json({ error: "not_found" }, { status: 404 });
  const given = request.headers.get("authorization") ?? "";
  // Digests are of one length, so the comparison tells nothing by its time.
  if (!timingSafeEqual(digest(given), digest(`Bearer ${METRICS_TOKEN}`))) {
    return Response.json({ error: "unauthorized" }, { status: 401, headers: { "www-authenticate": "Bearer" } });
  }
  const { text, contentType } = await metricsText();
  return new Response(text, { headers: { "content-type": contentType, "cache-control": "no-store" } });
}
