/** The secrets of single sign-on connections, put under another key. */
import "server-only";
import type { Shelf } from "@/auth/key-rotation/rotate.server";
import { openClientSecret, sealClientSecret } from "@/directory/connections";
import {
  countSecretsUnderOtherKeys,
  lockSecretsUnderOtherKeys,
  putResealedSecret,
  type StoredSecret,
} from "@/directory/connections.store.server";
import { type KeyRing, type Sealed, UnsealError } from "@/platform/key-ring";

function resealed(ring: KeyRing, { id, secret }: StoredSecret): Sealed | null {
  try {
    return sealClientSecret(ring, id, openClientSecret(ring, id, secret));
  } catch (error) {
    if (error instanceof UnsealError) return null;
    throw error;
  }
}

export const clientSecrets: Shelf = {
  async rotate(tx, ring, after, limit) {
    const found = await lockSecretsUnderOtherKeys(tx, ring.writes, after, limit);
    let rows = 0;
    for (const stored of found) {
      const fresh = resealed(ring, stored);
      if (!fresh) continue;
      await putResealedSecret(tx, stored.id, fresh);
      rows += 1;
    }
    return { rows, unreadable: found.length - rows, last: found.at(-1)?.id ?? null };
  },
  countUnderOtherKeys: countSecretsUnderOtherKeys,
};
