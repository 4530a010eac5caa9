/**
 * What a new password may be (ASVS 6.2): long enough, not one that everybody tries, not what is known of the person.
 * Which characters it is made of is nobody's business. Pure.
 */

/** In characters as people count them: code points. */
export const SHORTEST_PASSWORD = 8;
/** Longer ones are refused unread: hashing is the expensive part, and 1,024 bytes is more than anyone types. */
export const LONGEST_PASSWORD_BYTES = 1024;

export type PasswordProblem = "password_too_short" | "password_too_long" | "password_common" | "password_guessable";

/** What is said to the person who chose it. */
export const passwordProblemText: Record<PasswordProblem, string> = {
  password_too_short: "Use at least 8 characters.",
  password_too_long: "Use at most 1,024 bytes.",
  password_common: "That password is on lists that guessers try first. Choose another.",
  password_guessable: "That password is too close to your address or to the name of this place. Choose another.",
};

/** Words that a guesser who stands at this door would think of. */
const PRODUCT = "gatebook";

/** What is left of a text without the signs around it that make a guess look like a password: "Gatebook2026!" is "gatebook". */
function bare(text: string): string {
  return text.toLowerCase().replace(/^[^\p{L}]+|[^\p{L}]+$/gu, "");
}

function isOf(password: string, word: string): boolean {
  const core = bare(word);
  return password.toLowerCase() === word || (core !== "" && bare(password) === core);
}

export function isTooLong(password: string): boolean {
  return Buffer.byteLength(password) > LONGEST_PASSWORD_BYTES;
}

/**
 * Why it may not be this one, or null.
 * @param person.email normalized
 * @param isCommon whether everybody tries it
 */
export function passwordProblem(
  password: string,
  person: { email: string },
  isCommon: (password: string) => boolean,
): PasswordProblem | null {
  if (isTooLong(password)) return "password_too_long";
  if ([...password].length < SHORTEST_PASSWORD) return "password_too_short";
  const localPart = person.email.slice(0, person.email.lastIndexOf("@"));
  if ([person.email, localPart, PRODUCT].some((word) => isOf(password, word))) return "password_guessable";
  return isCommon(password) ? "password_common" : null;
}
