/** /admin/users/ID: one person. Can they get in, how, where are they in already, what was changed, and what can be done about it. */
import type { Metadata } from "next";
import { cache } from "react";
import { loadOne } from "@/app/_shell/load-one.server";
import { NoPermission } from "@/app/_shell/no-permission";
import { PersonPage } from "@/app/(signed-in)/admin/users/[id]/person.client";
import { changesInput, signInsInput } from "@/app/(signed-in)/admin/users/[id]/shown";
import { userHref } from "@/app/(signed-in)/admin/users/user-words";
import { requireSession } from "@/auth/session.server";
import { HydrateClient, trpc } from "@/trpc/caller.server";

type PageProps = { params: Promise<{ id: string }> };

/** The person, or null for a visitor without a role. Who is not there and who is not theirs to see are the same to them. */
const load = cache(async (id: string) => {
  await requireSession(userHref(id));
  return loadOne(() => trpc.users.get({ userId: id }));
});

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const person = await load((await params).id);
  return { title: person ? (person.name ?? person.email) : "User" };
}

export default async function UserPage({ params }: PageProps) {
  const { id } = await params;
  const session = await requireSession(userHref(id));
  const person = await load(id);
  if (!person) return <NoPermission title="User" session={session} need="You need the admin or owner role." />;
  await Promise.all([
    trpc.signIns.list.prefetch(signInsInput(id)),
    trpc.users.changes.prefetchInfinite(changesInput(id), {
      initialCursor: null,
      getNextPageParam: (last) => last.nextCursor,
    }),
  ]);
  return (
    <HydrateClient>
      <PersonPage loaded={person} visitor={session} />
    </HydrateClient>
  );
}
