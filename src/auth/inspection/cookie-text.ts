/** Finds the session token in what somebody has pasted: the token alone, a cookie, its chunks, or a whole header. Pure. */
import { cookieNames } from "@/auth/cookies";

export type PastedToken = {
  /** The cookie's name; null for a bare token. */
  name: string | null;
  token: string;
  chunks: number;
};

/** Thrown with a sentence for the person who pasted. Never holds what was pasted. */
export class PastedTextError extends Error {}

const NAMES = [cookieNames(true).session, cookieNames(false).session];
/** A JWT that is encrypted under a shared key: five parts, the second empty. */
const TOKEN = /^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/;

function decoded(value: string): string {
  const bare = value.trim().replace(/^(["'])(.*)\1$/, "$2");
  try {
    return decodeURIComponent(bare);
  } catch {
    return bare;
  }
}

function checked(token: string): string {
  if (TOKEN.test(token)) return token;
  throw new PastedTextError(
    "That is not a session token: one has five parts with dots between, the second of them empty.",
  );
}

function joined(name: string, values: ReadonlyMap<number, string>): string {
  const count = Math.max(...values.keys()) + 1;
  return Array.from({ length: count }, (_, index) => {
    const chunk = values.get(index);
    if (chunk === undefined) throw new PastedTextError(`The chunk ${name}.${index} is missing.`);
    return chunk;
  }).join("");
}

/** @throws PastedTextError when there is no session token in the text, or several, or a part of one */
export function pastedToken(text: string): PastedToken {
  const pasted = text
    .trim()
    .replace(/^(["'])(.*)\1$/s, "$2")
    .replace(/^(?:set-)?cookie:/i, "")
    .trim();
  if (pasted === "") throw new PastedTextError("There is nothing to look at.");
  if (!pasted.includes("=")) return { name: null, token: checked(pasted), chunks: 1 };

  const found = new Map<string, Map<number, string>>();
  const whole = new Map<string, string>();
  for (const part of pasted.split(/[;\n]/)) {
    const [, name = "", index, value = ""] = /^\s*([^=\s]+?)(?:\.(\d{1,2}))?\s*=(.*)$/.exec(part) ?? [];
    if (!NAMES.includes(name)) continue;
    if (index === undefined) whole.set(name, decoded(value));
    else found.set(name, (found.get(name) ?? new Map<number, string>()).set(Number(index), decoded(value)));
  }
  const tokens: PastedToken[] = [
    ...[...whole].map(([name, value]) => ({ name, token: checked(value), chunks: 1 })),
    ...[...found].map(([name, values]) => ({ name, token: checked(joined(name, values)), chunks: values.size })),
  ];
  const [only, ...others] = tokens;
  if (!only) throw new PastedTextError(`There is no session cookie in it: that would be ${NAMES.join(" or ")}.`);
  if (others.length > 0) throw new PastedTextError("There are several session cookies in it: give one of them.");
  return only;
}
