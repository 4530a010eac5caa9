/** Text from outside made safe to store: well-formed, no NUL, bounded. Pure. */

/** PostgreSQL stores neither NUL nor lone surrogates; both become U+FFFD. At most `max` UTF-16 units are kept. */
export function storableText(text: string, max: number): string {
  return text.slice(0, max).toWellFormed().replaceAll("\u0000", "\uFFFD");
}

const LABEL = "[\\p{L}\\p{N}](?:[\\p{L}\\p{M}\\p{N}-]*[\\p{L}\\p{M}\\p{N}])?";
const ADDRESS = new RegExp(`^[^\\s@\\p{C}\\p{Default_Ignorable_Code_Point}]+@${LABEL}(?:\\.${LABEL})*$`, "u");
const LATIN = /\p{Script=Latin}/u;
/** Letters of a script that nobody writes inside a Latin word: Cyrillic and Greek ones pass for Latin ones. */
const NOT_AMONG_LATIN =
  /[^\P{L}\p{Script=Latin}\p{Script=Common}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Hangul}]/u;

/** Whether a word of the text is of letters that look alike (Unicode Technical Standard 39, 5.2: highly restrictive). */
function mixesScripts(text: string): boolean {
  return text.split(/[^\p{L}\p{M}\p{N}]+/u).some((word) => LATIN.test(word) && NOT_AMONG_LATIN.test(word));
}

/**
 * The form in which emails are compared and stored: trimmed, NFKC, lower case, at most 320 characters.
 * Returns null for what cannot be an address, or could pass for another: no single @, an empty side, a domain that is none,
 * spaces, control and invisible characters, a word of Latin letters with Cyrillic, Greek or other ones among them.
 */
export function normalizeEmail(text: string): string | null {
  if (text.length > 1024) return null;
  const email = text.trim().normalize("NFKC").toLowerCase();
  if (email.length > 320 || !ADDRESS.test(email) || mixesScripts(email)) return null;
  return email;
}

/**
 * Whether an address is written without the compatibility characters (full-width letters, ligatures) that `normalizeEmail`
 * folds. Who has proven the mailbox of such a spelling has not proven that of the folded one.
 */
export function isPlainEmail(text: string): boolean {
  return normalizeEmail(text) === text.trim().normalize("NFC").toLowerCase();
}

/** The form in which an address that was asked for may be stored: normalized, or as it is where it cannot be an address. */
export function storedEmail(text: string): string {
  return normalizeEmail(text) ?? text.trim().toLowerCase();
}
