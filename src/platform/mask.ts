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
  // What PostgreSQL and the JSON parser quote is what they were given, up to the stack below it
  [/\b((?:invalid|malformed|out of range)\b[^"\n]*: )"[\s\S]*?(?:"(?=\n\s+at |$)|$)/gi, "$1[masked]"],
  [/\b(value )"[\s\S]*" (is out of range)/gi, "$1[masked] $2"],
  [/\b(Unexpected (?:token|non-whitespace character) )[\s\S]* (is not valid JSON)/g, "$1[masked] $2"],
  [/"[^"]*"(?:\.\.\.)? is not valid JSON/g, "[masked] is not valid JSON"],
];

const ADDRESSES: [RegExp, string][] = [
  // IPv4, alone or inside IPv6
  [/(?<![\w.:])(?:::(?:ffff:)?)?\d{1,3}(?:\.\d{1,3}){3}(?![\w.])/gi, "[address]"],
  // IPv6: eight groups, or fewer around a gap. No time of day has either
  [/(?<![\w:.])[\da-f]{1,4}(?::[\da-f]{1,4}){7}(?![\w:])/gi, "[address]"],
  [
    /(?<![\w:.])(?:[\da-f]{1,4}(?::[\da-f]{1,4}){0,6})?::(?:[\da-f]{1,4}(?::[\da-f]{1,4}){0,6})?(?![\w:])/gi,
    "[address]",
  ],
];

/** The text without network addresses: operators need them in a log, nobody else does. */
export function maskAddresses(text: string): string {
  return ADDRESSES.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), text);
}

/** The text with every match of the rules replaced; at most 8,192 characters are kept. */
export function maskText(text: string): string {
  let masked = text.slice(0, 8192);
  for (const [pattern, replacement] of RULES) masked = masked.replace(pattern, replacement);
  return masked;
}
