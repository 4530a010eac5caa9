/** `GET /api/health/ready`: whether this process can do its work now. 200 when it can, 503 when it cannot. */
import { readiness } from "@/audit/readiness.server";

export const dynamic = "force-dynamic";

export async function GET(): Promise<Response> {
  const state = await readiness();
  return Response.json(state, { status: state.status === "ready" ? 200 : 503 });
}
