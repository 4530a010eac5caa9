/** The tokens of one identity at a provider: read from its answer, sealed for the database, opened again. Pure. */
import { z } from "zod";
import type { KeyRing, Place, Sealed } from "@/platform/key-ring";

export type ProviderTokens = { accessToken: string; refreshToken: string | null; expiresAt: Date | null };

/** As they lie in the database. */
export type SealedTokens = { access: Sealed; refresh: Sealed | null; expiresAt: Date | null };

const LONGEST = 16 * 1024;
const LAST_SECOND = 253_402_300_799;

const answerShape = z.object({
  // It goes into a header as it is: no space, no control character.
  access_token: z.string().regex(new RegExp(`^[\\x21-\\x7e]{1,${LONGEST}}$`)),
  refresh_token: z
    .string()
    .regex(new RegExp(`^[\\x20-\\x7e]{1,${LONGEST}}$`))
    .nullish()
    .catch(null),
  expires_at: z.number().int().positive().max(LAST_SECOND).nullish().catch(null),
  token_type: z
    .string()
    .regex(/^bearer$/i)
    .nullish(),
});

/** The tokens in the answer of a token endpoint, or null where there is none that a Bearer header could carry. */
export function readProviderTokens(answer: unknown): ProviderTokens | null {
  const { data } = answerShape.safeParse(answer);
  if (!data) return null;
  const { access_token: accessToken, refresh_token: refreshToken, expires_at: seconds } = data;
  return {
    accessToken,
    refreshToken: refreshToken ?? null,
    expiresAt: seconds ? new Date(seconds * 1000) : null,
  };
}

const placeOf = (accountId: string, column: "access_token" | "refresh_token"): Place => ({
  table: "provider_tokens",
  column,
  row: accountId,
});

export function sealTokens(ring: KeyRing, accountId: string, tokens: ProviderTokens): SealedTokens {
  const { accessToken, refreshToken, expiresAt } = tokens;
  return {
    access: ring.seal(accessToken, placeOf(accountId, "access_token")),
    refresh: refreshToken === null ? null : ring.seal(refreshToken, placeOf(accountId, "refresh_token")),
    expiresAt,
  };
}

/** @throws UnsealError when no key of the ring opens it in this place */
export function openAccessToken(ring: KeyRing, accountId: string, sealed: Sealed): string {
  return ring.open(sealed, placeOf(accountId, "access_token"));
}

/** @throws UnsealError when no key of the ring opens it in this place */
export function openRefreshToken(ring: KeyRing, accountId: string, sealed: Sealed): string {
  return ring.open(sealed, placeOf(accountId, "refresh_token"));
}

const LONGEST_SKEW_MS = 30_000;

/**
 * Whether an access token has expired, or is about to: 30 s early, so that it is still good when the upstream looks at
 * it. Of a token that lives minutes only, a tenth of its life: it would else be expired when it is new.
 */
export function hasExpired(token: { expiresAt: Date | null; obtainedAt: Date }, at: Date): boolean {
  if (!token.expiresAt) return false;
  const life = token.expiresAt.getTime() - token.obtainedAt.getTime();
  const skew = Math.min(LONGEST_SKEW_MS, Math.max(0, life / 10));
  return at.getTime() >= token.expiresAt.getTime() - skew;
}
