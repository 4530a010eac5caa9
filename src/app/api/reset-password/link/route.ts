/** `POST /api/reset-password/link`: a plain form that asks for a link to choose a new password. */
import type { NextRequest } from "next/server";
import { serveMailRequest } from "@/auth/http/mail-request.server";
import { requestPasswordReset } from "@/auth/password-reset.server";

export const dynamic = "force-dynamic";

export function POST(request: NextRequest): Promise<Response> {
  const sentTo = "/reset-password?sent=1";
  return serveMailRequest(request, { page: "/reset-password", sentTo, ask: requestPasswordReset });
}
