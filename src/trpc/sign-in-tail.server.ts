/** Sends sign-ins to those who watch them, as they commit: none left out, none twice, nothing that is not theirs to see. */
import "server-only";
import { type Database, database } from "@db/connect.server";
import { TRPCError, tracked } from "@trpc/server";
import type { ReaderScope, SignInFilter } from "@/audit/history";
import { Feed } from "@/audit/live/feed";
import { matches } from "@/audit/live/matches";
import { beforeTransaction, parsePlace, placeText } from "@/audit/live/place";
import { findHorizon, listRecorded, type RecordedSignIn } from "@/audit/live/recorded.store.server";
import { readerScope } from "@/auth/reader-scope.server";
import { processWide } from "@/platform/process-wide";
import { Refused } from "@/trpc/trpc.server";

const EVERY_MS = 500;
/** How long a reader whose session has ended, or whose role has, goes on reading at most. */
const CHECKED_EVERY_MS = 5000;
/** A person has a few tabs open; more than this is a loop. */
const STREAMS_A_SESSION = 6;

const feed = () =>
  processWide(
    "sign-in feed",
    () =>
      new Feed<RecordedSignIn>(
        {
          horizon: () => findHorizon(database()),
          read: (after, horizon, limit) => listRecorded(database(), after, horizon, limit),
        },
        EVERY_MS,
      ),
  );
const streams = processWide("sign-in streams", () => new Map<string, number>());

/** What the session's owner may see now. */
async function scopeOf(db: Database, sessionId: string): Promise<ReaderScope> {
  const scope = await readerScope(db, sessionId);
  if (scope === "session_ended") throw new TRPCError({ code: "UNAUTHORIZED", message: "The session has ended." });
  if (scope === "role_required")
    throw new Refused("FORBIDDEN", "role_required", "You need the auditor, admin or owner role.");
  return scope;
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

export type Watched = { sessionId: string; filter: SignInFilter; lastEventId?: string | null };

async function* watch(db: Database, { sessionId, filter, lastEventId }: Watched, signal: AbortSignal | undefined) {
  const { position, leave } = await feed().watch();
  const gone = aborted(signal);
  // Nobody may be waiting for it when the reader leaves.
  gone.catch(() => {});
  try {
    let place = (lastEventId && parsePlace(lastEventId)) || position;
    let [scope, checkedAt]: [ReaderScope, number] = [await scopeOf(db, sessionId), performance.now()];
    for (;;) {
      const { rows, upTo } = await feed().after(place);
      for (const { place: at, signIn } of rows) {
        if (matches(scope, filter, signIn)) yield tracked(placeText(at), signIn);
      }
      place = upTo;
      signal?.throwIfAborted();
      if (rows.length === 0) await Promise.race([feed().next(), gone]);
      if (performance.now() - checkedAt < CHECKED_EVERY_MS) continue;
      [scope, checkedAt] = [await scopeOf(db, sessionId), performance.now()];
    }
  } finally {
    leave();
  }
}

/** The place after which everything comes that is not over yet: whoever reads the book after asking has what was before it. */
export async function currentPlace(db: Database): Promise<string> {
  return placeText(beforeTransaction(await findHorizon(db)));
}

/** Sign-ins from now on, or from the one after `lastEventId`. Ends with UNAUTHORIZED when the session does. */
export async function* watchSignIns(db: Database, watched: Watched, signal: AbortSignal | undefined) {
  const open = streams.get(watched.sessionId) ?? 0;
  if (open >= STREAMS_A_SESSION)
    throw new Refused("TOO_MANY_REQUESTS", "too_many_streams", "Too many windows watch the sign-ins already.");
  streams.set(watched.sessionId, open + 1);
  try {
    yield* watch(db, watched, signal);
  } finally {
    const left = (streams.get(watched.sessionId) ?? 1) - 1;
    if (left > 0) streams.set(watched.sessionId, left);
    else streams.delete(watched.sessionId);
  }
}
