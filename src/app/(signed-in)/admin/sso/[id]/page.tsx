/** /admin/sso/ID: one connection. Does it work, does it count, and what is it set to? */
import type { Metadata } from "next";
import { cache } from "react";
import { loadOne } from "@/app/_shell/load-one.server";
import { NoPermission } from "@/app/_shell/no-permission";
import { ConnectionPage } from "@/app/(signed-in)/admin/sso/[id]/connection-page.client";
import { connectionHref } from "@/app/(signed-in)/admin/sso/sso-words";
import { requireSession } from "@/auth/session.server";
import { trpc } from "@/trpc/caller.server";

type PageProps = { params: Promise<{ id: string }> };

/** The connection, or null for a visitor without a role. Somebody else's looks missing. */
const load = cache(async (id: string) => {
  await requireSession(connectionHref(id));
  return loadOne(() => trpc.ssoConnections.get({ connectionId: id }));
});

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const connection = await load((await params).id);
  return { title: connection?.name ?? "Connection" };
}

export default async function SsoConnectionPage({ params }: PageProps) {
  const { id } = await params;
  const session = await requireSession(connectionHref(id));
  const connection = await load(id);
  if (!connection)
    return <NoPermission title="Connection" session={session} need="You need the admin or owner role." />;
  return <ConnectionPage loaded={connection} />;
}
