/** What the claims of a session token mean, for whoever looks at one. Pure: shared by server, browser and command line. */

export type Claim = {
  name: string;
  value: string | number;
  meaning: string;
  /** The moment that a claim of time names. */
  at: Date | null;
};

const meanings: Record<string, string> = {
  sid: "The id of the session's row. The row decides whether the session lives, whose it is and what they may do.",
  iat: "When this token was made. It is replaced once it is old enough; the session goes on.",
  exp: "When this token stops opening, whatever its session's row says.",
  jti: "The token's own number: every new token has another one, so two copies of one token can be told from two tokens.",
};

const TIMES = new Set(["iat", "exp", "nbf"]);

/** The claims in the order in which they are explained; ones that nobody has explained come last. */
export function explainClaims(claims: Readonly<Record<string, unknown>>): Claim[] {
  const order = Object.keys(meanings);
  const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return Object.entries(claims)
    .sort(([one], [other]) => rank(one) - rank(other))
    .map(([name, value]) => ({
      name,
      value: typeof value === "number" ? value : typeof value === "string" ? value : JSON.stringify(value),
      meaning: meanings[name] ?? "Not a claim that Gatebook makes.",
      at: TIMES.has(name) && typeof value === "number" ? new Date(value * 1000) : null,
    }));
}
