/** Text from outside made safe to store: well-formed, no NUL, bounded. Pure. */

/** PostgreSQL stores neither NUL nor lone surrogates; both become U+FFFD. At most `max` UTF-16 units are kept. */
export function storableText(text: string, max: number): string {
  return text.slice(0, max).toWellFormed().replaceAll("\u0000", "\uFFFD");
}

/**
 * The form in which emails are compared and stored: trimmed, NFKC, lower case, at most 320 characters.
 * Returns null for what cannot be an address: no single @, an empty side, spaces or control characters.
 */
export function normalizeEmail(text: string): string | null {
  if (text.length > 1024) return null;
  const email = text.trim().normalize("NFKC").toLowerCase();
  if (email.length > 320 || !/^[^\s@\p{C}]+@[^\s@\p{C}]+$/u.test(email)) return null;
  return email;
}
