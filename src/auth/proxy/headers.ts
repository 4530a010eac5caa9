/** Which headers pass the proxy, in either direction: what belongs to one connection, or to one origin, does not. Pure. */

/**
 * The policy of everything that comes from the upstream: opened in a browser it runs nothing, loads nothing, and is of
 * no origin, so that it can do nothing in our name.
 */
export const UNTRUSTED_CONTENT =
  "sandbox; default-src 'none'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

/** RFC 9110, 7.6.1, and what is as old. */
const HOP_BY_HOP = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authentication-info",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

type Rule = { names: ReadonlySet<string>; prefixes: readonly string[] };

const NOT_TO_UPSTREAM: Rule = {
  names: new Set([
    ...HOP_BY_HOP,
    // Said between the browser and us.
    "authorization",
    "content-security-policy",
    "cookie",
    "cookie2",
    "expect",
    "host",
    "origin",
    "referer",
    // Where the body ends.
    "content-length",
    // Bodies come plain: whoever compresses for the client is in front of us.
    "accept-encoding",
    // Where a request comes from and which host or path it meant: nobody may take the client's word for it.
    "client-ip",
    "forwarded",
    "true-client-ip",
    "via",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-host",
    "x-original-host",
    "x-original-url",
    "x-real-ip",
    "x-rewrite-url",
  ]),
  prefixes: ["x-forwarded", "sec-", "cf-", "x-middleware-", "x-invoke-", "x-nextjs-", "next-"],
};

const NOT_TO_CLIENT: Rule = {
  names: new Set([
    ...HOP_BY_HOP,
    // Would act upon our origin, or speak for it.
    "alt-svc",
    "cache-control",
    "clear-site-data",
    "content-location",
    "content-security-policy",
    "content-security-policy-report-only",
    "expect-ct",
    "expires",
    "location",
    "nel",
    "origin-agent-cluster",
    "permissions-policy",
    "pragma",
    "public-key-pins",
    "referrer-policy",
    "refresh",
    "report-to",
    "reporting-endpoints",
    "service-worker-allowed",
    "set-cookie",
    "set-cookie2",
    "sourcemap",
    "strict-transport-security",
    "www-authenticate",
    "x-content-type-options",
    "x-request-id",
    "x-sourcemap",
    // Of no use outside, or an order to a proxy in front of us.
    "server",
    "via",
    "x-lighttpd-send-file",
    "x-powered-by",
    "x-sendfile",
    // Said anew about the decoded body.
    "content-encoding",
  ]),
  prefixes: ["access-control-", "cross-origin-", "x-accel-", "x-middleware-", "x-nextjs-", "x-next-"],
};

/** The names in a `Connection` header: they belong to that connection too. */
function namedInConnection(values: readonly string[]): Set<string> {
  return new Set(values.flatMap((value) => value.split(",").map((name) => name.trim().toLowerCase())));
}

function stays(name: string, rule: Rule, named: ReadonlySet<string>): boolean {
  return rule.names.has(name) || named.has(name) || rule.prefixes.some((prefix) => name.startsWith(prefix));
}

/** Whether a request announces a body: one that says neither how long it is nor how it is cut has none (RFC 9112, 6.3). */
export function announcesBody(headers: Headers): boolean {
  const length = headers.get("content-length");
  return length === null ? headers.has("transfer-encoding") : Number(length) > 0;
}

/** Said by us: a length without its body would have the upstream wait, a body without its length be taken for a request. */
function framing(headers: Headers): Record<string, string> {
  const length = headers.get("content-length");
  return length === null ? { "transfer-encoding": "chunked" } : { "content-length": length };
}

/**
 * What the upstream gets: the client's headers that may pass, the provider's token, and the id of the request.
 * @param ours.body whether a body will be sent with them
 */
export function requestHeaders(
  headers: Headers,
  { accessToken, requestId, body }: { accessToken: string; requestId: string | null; body: boolean },
): Record<string, string> {
  const named = namedInConnection([headers.get("connection") ?? ""]);
  const passing = [...headers].filter(([name]) => !stays(name, NOT_TO_UPSTREAM, named));
  return {
    ...Object.fromEntries(passing),
    ...(body ? framing(headers) : {}),
    "accept-encoding": "identity",
    authorization: `Bearer ${accessToken}`,
    ...(requestId === null ? {} : { "x-request-id": requestId }),
  };
}

/**
 * What the client gets of the upstream's headers.
 * @param headers by lower-case name, each with all its values
 * @param decoded whether the body was decoded on its way: its length is another one then
 */
export function responseHeaders(headers: Record<string, string[] | undefined>, decoded: boolean): Headers {
  const named = namedInConnection(headers.connection ?? []);
  const passing = new Headers();
  for (const [name, values = []] of Object.entries(headers)) {
    if (stays(name, NOT_TO_CLIENT, named) || (decoded && name === "content-length")) continue;
    for (const value of values) passing.append(name, value);
  }
  passing.set("cache-control", "no-store");
  passing.set("content-security-policy", UNTRUSTED_CONTENT);
  passing.set("cross-origin-resource-policy", "same-origin");
  passing.set("x-content-type-options", "nosniff");
  return passing;
}
