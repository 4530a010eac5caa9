/** Keeps what a provider gave with an identity, under our key. Without keys nothing is kept. */
import "server-only";
import type { Database } from "@db/connect.server";
import { type ProviderTokens, sealTokens } from "@/account/provider-tokens";
import { putTokens } from "@/account/provider-tokens.store.server";
import { env } from "@/platform/env";

export async function keepTokens(
  tx: Database,
  accountId: string,
  tokens: ProviderTokens | null,
  at: Date,
): Promise<void> {
  const ring = env().GATEBOOK_KEYS;
  if (ring && tokens) await putTokens(tx, accountId, sealTokens(ring, accountId, tokens), "sign_in", at);
}
