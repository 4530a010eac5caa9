/** `POST /api/sign-in/link`: a plain form that asks for a sign-in link by email. */
import type { NextRequest } from "next/server";
import { serveMailRequest } from "@/auth/http/mail-request.server";
import { requestSignInLink } from "@/auth/sign-in-link.server";

export const dynamic = "force-dynamic";

export function POST(request: NextRequest): Promise<Response> {
  return serveMailRequest(request, { page: "/sign-in", sentTo: "/sign-in/check-email", ask: requestSignInLink });
}
