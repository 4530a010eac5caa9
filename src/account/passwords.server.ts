/** Password hashing: argon2id (the library's default) with 19 MiB, two passes, one lane (OWASP's recommendation for argon2id). */
import "server-only";
import { availableParallelism } from "node:os";
import { hash, verify } from "@node-rs/argon2";
import { processWide } from "@/platform/process-wide";
import { Turns } from "@/platform/turns";

const PARAMETERS = { memoryCost: 19456, timeCost: 2, parallelism: 1 };

/**
 * More hashes at once than cores are no faster, and would take the threads that files and name look-ups need: libuv has
 * four unless told otherwise.
 */
const turns = processWide("hashing turns", () => new Turns(Math.min(3, availableParallelism())));

/** The hash in PHC string format. */
export function hashPassword(password: string): Promise<string> {
  return turns.take(() => hash(password, PARAMETERS));
}

/** Makes the decoy ahead of the first sign-in, which would otherwise be the one that takes longer. */
export function prepareDecoy(): Promise<string> {
  return processWide("password decoy", () =>
    hashPassword("nobody's password: it only has to cost what a real one costs"),
  );
}

/**
 * Whether the password is the one that was hashed. With no hash it verifies against a decoy and answers false, so
 * that an account without a password, or no account, costs the same time.
 */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  const against = passwordHash ?? (await prepareDecoy());
  const matches = await turns.take(() => verify(against, password));
  return passwordHash !== null && matches;
}
