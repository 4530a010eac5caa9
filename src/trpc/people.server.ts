/** The people of the directory with what the book and the sessions say of them. */
import "server-only";
import type { Database } from "@db/connect.server";
import { z } from "zod";
import { findPasswordFacts } from "@/account/passwords.store.server";
import { deviceOf } from "@/audit/device";
import { findLastSignIns, type LastSignIn } from "@/audit/last-sign-ins.store.server";
import { countLiveSessions } from "@/auth/live-sessions.store.server";
import { listLiveSessions } from "@/auth/session.store.server";
import { sessionLimits } from "@/auth/session-read.server";
import type { Administers } from "@/directory/administration.store.server";
import { findPerson, listPeople, type Person } from "@/directory/people.store.server";
import { listIdentities } from "@/directory/users.store.server";
import { storableText } from "@/platform/text";

export type PersonStatus = "active" | "disabled" | "email_not_verified";

export type ListedPerson = Pick<
  Person,
  "id" | "email" | "name" | "instanceRole" | "memberships" | "administered" | "disabledAt" | "createdAt"
> & {
  status: PersonStatus;
  /** Null where the caller's part of the history has none. */
  lastSignIn: LastSignIn | null;
  /** Null where the account is not the caller's to administer: then its sessions are none of their business. */
  liveSessions: number | null;
};

/** An email as the place after which a page begins. */
const encodeCursor = (email: string) => Buffer.from(email).toString("base64url");
const decodeCursor = (text: string) => Buffer.from(text, "base64url").toString();

const isCursor = (text: string) => {
  const email = decodeCursor(text);
  return storableText(email, 320) === email && encodeCursor(email) === text;
};

export const peopleInput = z.strictObject({
  /** Part of an email or a name. */
  search: z
    .string()
    .max(200)
    .refine((text) => storableText(text, 200) === text, "holds characters that no row can hold")
    .transform((text) => text.trim())
    .default(""),
  /** `nextCursor` of the page before; absent for the first. */
  cursor: z.string().max(2000).refine(isCursor, "the cursor is not one that this list gave out").nullish(),
  /** People a page. */
  limit: z.number().int().min(1).max(200).default(50),
  /** Sent by TanStack Query's infinite queries; there is one direction. */
  direction: z.literal("forward").optional(),
});

type Reader = { db: Database; administers: Administers };

function statusOf({ disabledAt, emailVerifiedAt }: Person): PersonStatus {
  if (disabledAt) return "disabled";
  return emailVerifiedAt ? "active" : "email_not_verified";
}

async function describe({ db, administers }: Reader, people: readonly Person[]): Promise<ListedPerson[]> {
  const ids = people.map(({ id }) => id);
  const administered = people.filter((person) => person.administered).map(({ id }) => id);
  const [lastSignIns, liveSessions] = await Promise.all([
    findLastSignIns(db, administers, ids),
    countLiveSessions(db, administered, sessionLimits()),
  ]);
  return people.map(({ emailVerifiedAt, ...person }) => ({
    ...person,
    status: statusOf({ emailVerifiedAt, ...person }),
    lastSignIn: lastSignIns.get(person.id) ?? null,
    liveSessions: person.administered ? (liveSessions.get(person.id) ?? 0) : null,
  }));
}

export async function peoplePage(
  reader: Reader,
  { search, cursor, limit }: z.output<typeof peopleInput>,
): Promise<{ items: ListedPerson[]; nextCursor: string | null }> {
  const after = cursor ? decodeCursor(cursor) : null;
  const found = await listPeople(reader.db, reader.administers, search, after, limit + 1);
  const last = found[limit - 1];
  return {
    items: await describe(reader, found.slice(0, limit)),
    nextCursor: found.length > limit && last ? encodeCursor(last.email) : null,
  };
}

/** How the person can sign in and where they are signed in: of the whole account, so for those alone who administer it. */
async function accountOf(db: Database, userId: string) {
  const [password, providers, sessions] = await Promise.all([
    findPasswordFacts(db, userId),
    listIdentities(db, userId),
    listLiveSessions(db, userId, sessionLimits()),
  ]);
  return {
    password: password.set ? { changedAt: password.changedAt } : null,
    providers: providers.map(({ provider, addedAt, lastUsedAt }) => ({ provider, addedAt, lastUsedAt })),
    sessions: sessions.map(({ userAgent, ...session }) => ({ ...session, device: deviceOf(userAgent) })),
  };
}

/** Null when there is no such person or they are not the caller's to see. */
export async function personDetails(reader: Reader, userId: string) {
  const person = await findPerson(reader.db, reader.administers, userId);
  if (!person) return null;
  const [[listed], account] = await Promise.all([
    describe(reader, [person]),
    person.administered ? accountOf(reader.db, userId) : null,
  ]);
  return listed ? { ...listed, account } : null;
}
