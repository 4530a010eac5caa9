/** `GET /api/health/live`: the process serves. Says nothing of what it depends on. */
export const dynamic = "force-dynamic";

export function GET(): Response {
  return Response.json({ status: "live" });
}
