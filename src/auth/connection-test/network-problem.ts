/** What kept a provider from being asked, in the words of a test. Pure. */
import type { Problem } from "@/auth/connection-test/result";
import { type OutboundProblem, outboundProblem } from "@/platform/outbound/refusal";

const REFUSED: Record<OutboundProblem, Problem> = {
  scheme: "not_https",
  address: "not_public",
  redirect: "redirected",
  too_large: "too_large",
  timeout: "timeout",
};

const UNKNOWN_HOST = /^(ENOTFOUND|EAI_AGAIN|EAI_NODATA)$/;
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO/;
const TIMEOUT = /^(ETIMEDOUT|ESOCKETTIMEDOUT)$/;
const UNREACHABLE = /^(ECONN|EHOST|ENET|EPIPE|EADDR|EACCES|HPE_)/;

function ownProblem(error: unknown): Problem | null {
  const refused = outboundProblem(error);
  if (refused) return REFUSED[refused];
  if (!(error instanceof Error)) return null;
  // A host with several addresses fails with one error for each.
  if (error instanceof AggregateError && error.errors.length > 0) return ownProblem(error.errors[0]);
  const { code } = error as { code?: unknown };
  if (typeof code === "string") {
    if (UNKNOWN_HOST.test(code)) return "unknown_host";
    if (TIMEOUT.test(code)) return "timeout";
    if (CERTIFICATE.test(code)) return "bad_certificate";
    if (UNREACHABLE.test(code)) return "unreachable";
  }
  // openid-client's word for silence has no code.
  return /timed out/.test(error.message) ? "timeout" : null;
}

/** Null for an error that is none of the network. */
export function networkProblem(error: unknown): Problem | null {
  for (let current = error, depth = 0; current instanceof Error && depth < 5; depth += 1) {
    const problem = ownProblem(current);
    if (problem) return problem;
    current = current.cause;
  }
  return null;
}
