/** Every request to `/api/auth/*`, sent to what serves it. NextAuth answers all of them; what is ours stands around it. */
import "server-only";
import { methodOf } from "@/auth/attempt/attempt";
import { serveRoundTripCallback } from "@/auth/connection-test/round-trip-route.server";
import { sendTo } from "@/auth/http/answers.server";
import { serveAttempt } from "@/auth/http/attempt-route.server";
import { cleanRequest, readForm } from "@/auth/http/form.server";
import { serveLinkCallback } from "@/auth/http/link-route.server";
import { askNextAuth } from "@/auth/http/next-auth.server";
import type { AuthRequest } from "@/auth/http/request";
import { serveSession } from "@/auth/http/session-route.server";
import { serveSignOut } from "@/auth/http/sign-out-route.server";
import { optionsFor } from "@/auth/options.server";
import { newSessionRead } from "@/auth/session-read.server";
import { env } from "@/platform/env";

const NOT_FOUND = () => Response.json({ error: "not_found" }, { status: 404 });
const NOT_ALLOWED = () => Response.json({ error: "method_not_allowed" }, { status: 405, headers: { allow: "POST" } });

export async function serveAuth(request: AuthRequest, params: string[]): Promise<Response> {
  const [action, provider] = params;
  // `_log` would let anyone write into our log.
  if (params.length > 2 || action === "_log") return NOT_FOUND();
  const post = request.method === "POST";
  const form = await readForm(request);
  if (action === "callback" && provider !== undefined) {
    // A password or a token in a URL would end up in logs and histories.
    if (!post && methodOf(provider) !== "sso") return NOT_ALLOWED();
    // A round trip may have another purpose than to sign somebody in: its state and its sealed cookie say which.
    const other =
      (await serveRoundTripCallback(request, provider)) ?? (await serveLinkCallback(request, provider, form));
    if (other) return other;
    return serveAttempt(request, { action, provider, form });
  }
  if (action === "signin" && provider !== undefined && post) return serveAttempt(request, { action, provider, form });
  if (action === "session") return serveSession(request, form);
  if (action === "signout" && post) return serveSignOut(request, form);
  // NextAuth copies the `error` parameter into a header as it comes, and fails on what no header can hold.
  if (action === "error")
    return sendTo("/sign-in", { error: "not_finished" }, { json: false, status: 400, from: null });
  // `GET signin/PROVIDER` starts nothing: without the provider it is the sign-in page.
  const rest = action === "signin" ? [action] : params;
  const clean = cleanRequest(request, form, env().NEXTAUTH_URL);
  return (await askNextAuth(clean, rest, optionsFor(newSessionRead(false)))).response;
}
