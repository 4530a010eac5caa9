/** The address of the inspector, with the request whose events it shows. Pure. */

export function inspectorHref(requestId: string | null): string {
  return requestId === null ? "/dev/session" : `/dev/session?requestId=${encodeURIComponent(requestId)}`;
}
