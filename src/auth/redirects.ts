/** The one place that decides where a browser may be sent: this origin, or a page that says what went wrong. Pure. */

/** The URL on `origin` that was asked for, or the origin's root. Never another origin, never a non-http scheme. */
export function safeRedirect(requested: string | null | undefined, origin: string): string {
  if (!requested) return `${origin}/`;
  try {
    const url = new URL(requested, origin);
    const here =
      // The origin of `blob:` addresses is the one in them.
      (url.protocol === "https:" || url.protocol === "http:") &&
      url.origin === origin &&
      url.username === "" &&
      url.password === "" &&
      // As a path alone, `//name` would be another host.
      !url.pathname.startsWith("//");
    return here ? url.href : `${origin}/`;
  } catch {
    return `${origin}/`;
  }
}

/** The same, as a path: what goes into a form or a query, so that it stays short. */
export function safeReturnPath(requested: string | null | undefined, origin: string): string {
  return safeRedirect(requested, origin).slice(origin.length);
}
