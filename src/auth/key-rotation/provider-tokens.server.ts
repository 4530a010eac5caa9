/** The tokens that providers gave, put under another key. */
import "server-only";
import { openAccessToken, openRefreshToken, type SealedTokens, sealTokens } from "@/account/provider-tokens";
import {
  countUnderOtherKeys,
  lockUnderOtherKeys,
  putResealed,
  type StoredTokens,
} from "@/account/provider-tokens.store.server";
import type { Shelf } from "@/auth/key-rotation/rotate.server";
import { type KeyRing, UnsealError } from "@/platform/key-ring";

function resealed(ring: KeyRing, row: StoredTokens): (SealedTokens & { accountId: string }) | null {
  const { accountId, access, refresh, expiresAt } = row;
  try {
    const accessToken = openAccessToken(ring, accountId, access);
    const refreshToken = refresh ? openRefreshToken(ring, accountId, refresh) : null;
    return { accountId, ...sealTokens(ring, accountId, { accessToken, refreshToken, expiresAt }) };
  } catch (error) {
    if (error instanceof UnsealError) return null;
    throw error;
  }
}

export const providerTokens: Shelf = {
  async rotate(tx, ring, after, limit) {
    const rows = await lockUnderOtherKeys(tx, ring.writes, after, limit);
    const fresh = rows.map((row) => resealed(ring, row)).filter((row) => row !== null);
    if (fresh.length > 0) await putResealed(tx, fresh, ring.writes);
    return { rows: fresh.length, unreadable: rows.length - fresh.length, last: rows.at(-1)?.accountId ?? null };
  },
  countUnderOtherKeys,
};
