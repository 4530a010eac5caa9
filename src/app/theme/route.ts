/** Keeps the visitor's choice of theme in a cookie. A plain form posts here, so it works without JavaScript. */
import { THEME_COOKIE, themeNamed } from "@/app/theme/theme";
import { safeReturnPath } from "@/auth/redirects";
import { env } from "@/platform/env";

const YEAR_S = 365 * 24 * 3600;

/** Whether one of our own pages sent the form. Browsers set both headers; no script can forge them. */
function fromOurPages(request: Request, origin: string): boolean {
  const site = request.headers.get("sec-fetch-site");
  return request.headers.get("origin") === origin && (site === null || site === "same-origin");
}

export async function POST(request: Request): Promise<Response> {
  const origin = env().NEXTAUTH_URL;
  if (!fromOurPages(request, origin)) return new Response("This form must come from Gatebook itself.", { status: 403 });
  const form = await request.formData().catch(() => new FormData());
  const theme = themeNamed(form.get("theme"));
  const secure = origin.startsWith("https:") ? "; Secure" : "";
  return new Response(null, {
    status: 303,
    headers: {
      location: safeReturnPath(request.headers.get("referer"), origin),
      "set-cookie": `${THEME_COOKIE}=${theme ?? ""}; Path=/; Max-Age=${theme ? YEAR_S : 0}; SameSite=Lax; HttpOnly${secure}`,
    },
  });
}
