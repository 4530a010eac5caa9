/** Masks what must not leave the process in free text: addresses, tokens, credentials in URLs. Pure. */

const RULES: [RegExp, string][] = [
  // user:password@ in any URL, up to the last @ of the word: a password may hold one
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s"'<>]*@/gi, "$1[masked]@"],
  [/[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+/gu, "[email]"],
  // JWS and JWE compact serializations
  [/\beyJ[\w-]+(\.[\w-]*){2,4}/g, "[token]"],
  [/\b(bearer|basic)\s+[\w.~+/=-]+/gi, "$1 [masked]"],
  [/\b((?:set-)?cookie["']?\s*[:=]).*/gi, "$1 [masked]"],
  // Any name with one of these words in it: quoted values whole, others to their end; = and : encoded or not
  [
    /([\w-]*(?:passw(?:or)?d|secret|token|code|cookie|authorization|totp|credential)[\w-]*["']?\s*(?:[=:]|%3D|%3A)\s*)(?:"[^"]*"?|'[^']*'?|[^\s"'&,;}]+)/gi,
    "$1[masked]",
  ],
];

/** The text with every match of the rules replaced; at most 8,192 characters are kept. */
export function maskText(text: string): string {
  let masked = text.slice(0, 8192);
  for (const [pattern, replacement] of RULES) masked = masked.replace(pattern, replacement);
  return masked;
}
