/** `POST /api/reset-password`: a plain form with the token of a mailed link and the new password. */
import type { NextRequest } from "next/server";
import { servePasswordReset } from "@/auth/http/reset-route.server";

export const dynamic = "force-dynamic";

export function POST(request: NextRequest): Promise<Response> {
  return servePasswordReset(request);
}
