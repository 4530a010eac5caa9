/** Opening session tokens outside NextAuth's own reading of them. */
import { decode } from "next-auth/jwt";
import { isId } from "@/platform/ids";

/** The id of the session that a token names, or null for what this secret did not encrypt or what has expired. */
export async function sessionIdOf(token: string | undefined, secret: string): Promise<string | null> {
  if (!token) return null;
  try {
    const decoded = await decode({ token, secret });
    return decoded?.sid && isId(decoded.sid) ? decoded.sid : null;
  } catch {
    return null;
  }
}

/** The first of several tokens that opens. */
export async function firstThatOpens(tokens: readonly string[], secret: string): Promise<string | undefined> {
  for (const token of tokens.slice(0, 8)) if (await sessionIdOf(token, secret)) return token;
  return undefined;
}
