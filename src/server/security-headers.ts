/** The headers of every response. Pure. */

export type HeaderSettings = {
  development: boolean;
  secure: boolean;
  /** Origins outside this one that a sign-in form may end at: the identity providers. */
  formTargets: string[];
  /** Origins that the browser may report errors to. */
  reportTargets: string[];
};

/** A strict Content-Security-Policy (level 3): scripts and styles by nonce; development adds what hot reload needs. */
export function contentSecurityPolicy(nonce: string, settings: HeaderSettings): string {
  const { development } = settings;
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    `style-src 'self' ${development ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${["'self'", ...settings.reportTargets, ...(development ? ["ws:"] : [])].join(" ")}`,
    `form-action ${["'self'", ...settings.formTargets].join(" ")}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
  ].join("; ");
}

export function securityHeaders(nonce: string, settings: HeaderSettings): Record<string, string> {
  return {
    "content-security-policy": contentSecurityPolicy(nonce, settings),
    "x-content-type-options": "nosniff",
    // Links in emails carry one-time tokens: they must not leave in a Referer to another origin.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    ...(settings.secure ? { "strict-transport-security": "max-age=63072000; includeSubDomains" } : {}),
  };
}
