/** What the OpenID provider remembers (grants, tokens, interactions), kept in a file so that a restart forgets nobody. */
import { join } from "node:path";
import type { Adapter, AdapterPayload } from "oidc-provider";
import { z } from "zod";
import { keeper, readKept } from "./kept-file";

type Entry = { payload: AdapterPayload; expiresAt: number | null };

const shape = z.record(
  z.string(),
  z.object({ payload: z.record(z.string(), z.unknown()), expiresAt: z.number().nullable() }),
);

export type OpenIdStore = {
  adapter(model: string): Adapter;
  flush(): void;
};

export function openIdStore(dataDir: string): OpenIdStore {
  const file = join(dataDir, "openid-provider.json");
  const entries = new Map<string, Entry>(Object.entries(readKept(file, shape) ?? {}));
  const alive = (entry: Entry) => entry.expiresAt === null || entry.expiresAt > Date.now();
  const kept = keeper(file, () => {
    for (const [key, entry] of entries) if (!alive(entry)) entries.delete(key);
    return Object.fromEntries(entries);
  });

  const find = (key: string): AdapterPayload | undefined => {
    const entry = entries.get(key);
    return entry && alive(entry) ? entry.payload : undefined;
  };
  const findWhere = (model: string, matches: (payload: AdapterPayload) => boolean): AdapterPayload | undefined => {
    for (const [key, entry] of entries) {
      if (key.startsWith(`${model}:`) && alive(entry) && matches(entry.payload)) return entry.payload;
    }
    return undefined;
  };

  return {
    adapter: (model) => ({
      async upsert(id, payload, expiresIn) {
        entries.set(`${model}:${id}`, {
          payload,
          expiresAt: expiresIn === undefined ? null : Date.now() + expiresIn * 1000,
        });
        kept.changed();
      },
      async find(id) {
        return find(`${model}:${id}`);
      },
      async findByUid(uid) {
        return findWhere(model, (payload) => payload.uid === uid);
      },
      async findByUserCode(userCode) {
        return findWhere(model, (payload) => payload.userCode === userCode);
      },
      async consume(id) {
        const payload = find(`${model}:${id}`);
        if (payload) payload.consumed = Math.floor(Date.now() / 1000);
        kept.changed();
      },
      async destroy(id) {
        entries.delete(`${model}:${id}`);
        kept.changed();
      },
      async revokeByGrantId(grantId) {
        for (const [key, entry] of entries) {
          if (key.startsWith(`${model}:`) && entry.payload.grantId === grantId) entries.delete(key);
        }
        kept.changed();
      },
    }),
    flush: kept.flush,
  };
}
