/**
 * Which address of the upstream a call is for. Worked out on the text of the request line, before anybody has decoded or
 * tidied it: whatever another reader could take for a way out of the upstream is refused, not repaired. Pure.
 */

/** Everything below it goes to the upstream. */
export const PROXY_PREFIX = "/api/proxy/";

/** RFC 3986, 3.3, and three characters that browsers do not escape. No backslash, no space, nothing outside ASCII. */
const PATH = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/[\]|]|%[0-9A-Fa-f]{2})*$/;
const QUERY = /^[\x21\x22\x24-\x7e]*$/;
/** Nobody has reason to escape a path more often. */
const DEEPEST = 4;

function decodeOnce(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function isUtf8(segment: string): boolean {
  try {
    decodeURIComponent(segment);
    return true;
  } catch {
    return false;
  }
}

/** Whether a segment, decoded however often a server might, is a separator, a control character or a step in the tree. */
function isTrick(segment: string): boolean {
  // Overlong forms are another spelling of dots and slashes.
  if (!isUtf8(segment)) return true;
  for (let text = segment, depth = 0; depth < DEEPEST; depth += 1) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    if (/[/\\\x00-\x1f\x7f]/.test(text)) return true;
    // Some servers take what follows a semicolon for parameters: `..;x` is `..` to them.
    const [name] = text.split(";");
    if (name === "." || name === "..") return true;
    const decoded = decodeOnce(text);
    if (decoded === text) return false;
    text = decoded;
  }
  return true;
}

/** The path under which the upstream lies, without a slash at its end. */
function basePath(upstream: URL): string {
  return upstream.pathname.replace(/\/+$/, "");
}

/** The path of a request line without its query, for the book: queries hold what nobody should read there. */
export function withoutQuery(requestLine: string): string {
  return requestLine.split("?", 1)[0] ?? "";
}

/**
 * What to ask the upstream for.
 * @param requestLine path and query as the client sent them
 * @returns path and query for the upstream, or null when it could lead anywhere else
 */
export function upstreamPath(requestLine: string, upstream: URL): string | null {
  if (!requestLine.startsWith(PROXY_PREFIX)) return null;
  const path = withoutQuery(requestLine);
  const query = requestLine.slice(path.length);
  if (!PATH.test(path) || !QUERY.test(query)) return null;
  const rest = path.slice(PROXY_PREFIX.length);
  const segments = rest.split("/");
  // A slash at the end is the upstream's business; two in a row may begin a host.
  if (segments.slice(0, -1).some((segment) => segment === "")) return null;
  if (segments.some(isTrick)) return null;
  return `${basePath(upstream)}/${rest}${query}`;
}

/**
 * Where a `Location` of the upstream leads a client of ours.
 * @param asked path and query that the upstream answered
 * @returns a path on this origin, or null when it leads out of the upstream
 */
export function locationHere(location: string, asked: string, upstream: URL): string | null {
  const here = `${upstream.origin}${asked}`;
  if (!URL.canParse(location, here)) return null;
  const url = new URL(location, here);
  const base = basePath(upstream);
  if (url.origin !== upstream.origin || !`${url.pathname}/`.startsWith(`${base}/`)) return null;
  return `${PROXY_PREFIX}${url.pathname.slice(base.length).replace(/^\/+/, "")}${url.search}${url.hash}`;
}
