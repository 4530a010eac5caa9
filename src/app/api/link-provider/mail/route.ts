/** `POST /api/link-provider/mail`: a plain form that has the offer confirmed by mail. */
import type { NextRequest } from "next/server";
import { serveLinkMail } from "@/auth/http/link-offer-route.server";

export const dynamic = "force-dynamic";

export function POST(request: NextRequest): Promise<Response> {
  return serveLinkMail(request);
}
