/**
 * `GET /api/health/ready`: whether this process can do its work now. 200 when it can, 503 when it cannot. A connection
 * that cannot be read is told and is no reason for 503: everybody else signs in as before.
 */
import { readiness } from "@/audit/readiness.server";
import { ssoState } from "@/auth/policy/sign-in-policy.server";

export const dynamic = "force-dynamic";

export async function GET(): Promise<Response> {
  const state = await readiness();
  return Response.json({ ...state, sso: ssoState() }, { status: state.status === "ready" ? 200 : 503 });
}
