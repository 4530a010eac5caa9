/** The people of the directory with what the book and the sessions say of them. */
import "server-only";
import type { Database } from "@db/connect.server";
import type { z } from "zod";
import { findPasswordFacts } from "@/account/passwords.store.server";
import { deviceOf } from "@/audit/device";
import { findLastSignIns, type LastSignIn } from "@/audit/last-sign-ins.store.server";
import { countLiveSessions } from "@/auth/live-sessions.store.server";
import { listLiveSessions } from "@/auth/session.store.server";
import { sessionLimits } from "@/auth/session-read.server";
import type { Administers } from "@/directory/administration.store.server";
import { findPerson, listPeople, type Person } from "@/directory/people.store.server";
import { listIdentities } from "@/directory/users.store.server";
import { decodePlace, pageOf, type searchInput } from "@/trpc/search-input";

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

type Reader = { db: Database; administers: Administers };

export function statusOf({
  disabledAt,
  emailVerifiedAt,
}: Pick<Person, "disabledAt" | "emailVerifiedAt">): PersonStatus {
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
  { search, cursor, limit }: z.output<typeof searchInput>,
): Promise<{ items: ListedPerson[]; nextCursor: string | null }> {
  const after = cursor ? decodePlace(cursor) : null;
  const found = await listPeople(reader.db, reader.administers, search, after, limit + 1);
  const { items, nextCursor } = pageOf(found, limit, ({ email }) => email);
  return { items: await describe(reader, items), nextCursor };
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
