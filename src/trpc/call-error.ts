/** What a failed call says of itself, whatever has failed: a procedure, the server before it, or the way there. Pure. */

type Answer = { data?: { code?: unknown; httpStatus?: unknown; requestId?: unknown } | null; meta?: unknown };

function dataOf(error: unknown): NonNullable<Answer["data"]> {
  return (typeof error === "object" && error !== null && (error as Answer).data) || {};
}

/** The code of the procedure's answer; null when no procedure has answered. */
export function codeOf(error: unknown): string | null {
  const { code } = dataOf(error);
  return typeof code === "string" ? code : null;
}

export function isForbidden(error: unknown): boolean {
  return codeOf(error) === "FORBIDDEN";
}

export function isSignedOut(error: unknown): boolean {
  return codeOf(error) === "UNAUTHORIZED";
}

/** Neither an answer to what the person did nor a refusal of it. */
export function isUnexpected(error: unknown): boolean {
  const { httpStatus } = dataOf(error);
  return typeof httpStatus !== "number" || httpStatus >= 500;
}

/** The header of the response that a call's link has noted. */
export function requestIdOfMeta(meta: unknown): string | null {
  if (typeof meta !== "object" || meta === null || !("response" in meta)) return null;
  const { response } = meta;
  return response instanceof Response ? response.headers.get("x-request-id") : null;
}

/** Null when nobody has answered. */
export function requestIdOf(error: unknown): string | null {
  const { requestId } = dataOf(error);
  if (typeof requestId === "string") return requestId;
  return typeof error === "object" && error !== null ? requestIdOfMeta((error as Answer).meta) : null;
}
