/** Why a guarded request did not happen, or was cut off. */
export type OutboundProblem =
  /** Not https, and the host is not allowed by name. */
  | "scheme"
  /** The host leads to an address of ours, not to one on the internet. */
  | "address"
  | "redirect"
  | "too_large"
  | "timeout";

/** Names neither host nor address: what an inner name leads to is not for whoever typed it. */
export class OutboundRefused extends Error {
  constructor(readonly problem: OutboundProblem) {
    super(`The request was refused by the guard of outbound requests: ${problem}.`);
    this.name = "OutboundRefused";
  }
}

/** The guard's refusal in an error or in what caused it, or null. Libraries wrap the errors of their connections. */
export function outboundProblem(error: unknown): OutboundProblem | null {
  for (let current = error, depth = 0; current instanceof Error && depth < 5; depth += 1) {
    if (current instanceof OutboundRefused) return current.problem;
    current = current.cause;
  }
  return null;
}
