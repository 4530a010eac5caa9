/**
 * Looks at attempts after they are in the book, some at a time, and labels what is unusual about them. It is in nobody's
 * way: no attempt waits for it, and what a crash takes is a label, never a row.
 */
import "server-only";
import type { Database } from "@db/connect.server";
import { deviceOf } from "@/audit/device";
import { isSerious, type Signal, signalsOf } from "@/audit/signals/signal";
import {
  type EventKey,
  type LabelledEvent,
  type Place,
  putSignals,
  type ReviewedAttempt,
  readAttempts,
  rememberPlaces,
} from "@/audit/signals/signals.store.server";

/** A sign-in of which its owner should be told. */
export type UnusualSignIn = {
  userId: string;
  email: string;
  at: Date;
  device: string | null;
  ip: string | null;
  signals: Signal[];
};

export type ReviewerOptions = {
  db: () => Database;
  /** Called once for each. Must not throw. */
  tell: (signIn: UnusualSignIn) => void;
  /** Called when a round failed: its attempts stay without labels. */
  failed: (error: unknown) => void;
  /** How long attempts gather, in milliseconds. */
  patienceMs?: number;
};

/** More than this many waiting are a flood, in which labels tell nobody anything: the rest goes without. */
const MOST_WAITING = 1000;

function placesOf(attempt: ReviewedAttempt): Place[] {
  const { userId, succeeded, network, userAgent, occurredAt: at } = attempt;
  if (!succeeded || userId === null) return [];
  const device = deviceOf(userAgent);
  return [
    ...(device ? [{ userId, kind: "device" as const, value: device, at }] : []),
    ...(network ? [{ userId, kind: "network" as const, value: network, at }] : []),
  ];
}

export class Reviewer {
  private waiting: EventKey[] = [];
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();

  constructor(private readonly options: ReviewerOptions) {}

  /** To be called when the attempt's row is durable. */
  note(key: EventKey): void {
    if (this.waiting.length >= MOST_WAITING) return;
    this.waiting.push(key);
    this.timer ??= setTimeout(() => void this.finish(), this.options.patienceMs ?? 500).unref();
  }

  /** Reviews what waits now, and resolves when that is done. Never rejects. */
  finish(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const keys = this.waiting;
    this.waiting = [];
    this.round = this.round.then(() => this.review(keys)).catch(this.options.failed);
    return this.round;
  }

  private async review(keys: readonly EventKey[]): Promise<void> {
    if (keys.length === 0) return;
    const db = this.options.db();
    const attempts = await readAttempts(db, keys);
    const unknown = await rememberPlaces(db, attempts.flatMap(placesOf));
    const reviewed = attempts.map((attempt) => ({ attempt, signals: signalsOf(factsOf(attempt, unknown)) }));
    const labelled = reviewed.flatMap(({ attempt: { id, occurredAt }, signals }) =>
      signals.map((signal): LabelledEvent => ({ id, occurredAt, signal })),
    );
    const fresh = await putSignals(db, labelled);
    for (const { attempt, signals } of reviewed) {
      const { userId, email, ip, occurredAt: at, userAgent } = attempt;
      if (userId === null || email === null || !fresh.has(attempt.id) || !isSerious(attempt.succeeded, signals))
        continue;
      this.options.tell({ userId, email, at, device: deviceOf(userAgent), ip, signals });
    }
  }
}

function factsOf(attempt: ReviewedAttempt, unknown: readonly Place[]) {
  const { succeeded, failuresBefore, accountsTried, network, userAgent, userId, occurredAt } = attempt;
  // Of several sign-ins from a new place, the first one is the news.
  const ifNew = (kind: Place["kind"], value: string | null) => {
    const found = unknown.find((place) => place.userId === userId && place.kind === kind && place.value === value);
    return found?.at.getTime() === occurredAt.getTime() ? value : null;
  };
  return {
    succeeded,
    failuresBefore,
    accountsTried,
    newDevice: ifNew("device", deviceOf(userAgent)),
    newNetwork: ifNew("network", network),
  };
}
