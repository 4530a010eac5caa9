/** /admin/sso/new: which kind of provider, then what it takes to reach it. */
import type { Metadata } from "next";
import { NoPermission } from "@/app/_shell/no-permission";
import { NewConnection } from "@/app/(signed-in)/admin/sso/new/new-connection.client";
import { KINDS, newConnectionHref, SSO_HREF } from "@/app/(signed-in)/admin/sso/sso-words";
import { oneParam, type SearchParams } from "@/app/search-params";
import { callbackUrlOf } from "@/auth/connection-test/tested.server";
import { requireSession } from "@/auth/session.server";
import { canAdminister } from "@/auth/session-shape";
import { trpc } from "@/trpc/caller.server";
import { buttonClass } from "@/ui/button";
import { Card } from "@/ui/card";
import { PageHeader } from "@/ui/page-header";

export const metadata: Metadata = { title: "Add a connection" };

export default async function NewConnectionPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const given = oneParam(await searchParams, "kind");
  const chosen = KINDS.find(({ kind }) => kind === given);
  const session = await requireSession(newConnectionHref(chosen?.kind));
  if (!canAdminister(session))
    return <NoPermission title="Add a connection" session={session} need="You need the admin or owner role." />;
  const { items: organizations } = await trpc.organizations.list({ limit: 200 });
  return (
    <div className="flex max-w-3xl flex-col gap-6">
      <PageHeader
        title={chosen ? `Connect ${chosen.name}` : "Add a connection"}
        actions={
          <a href={chosen ? newConnectionHref() : SSO_HREF} className={buttonClass({ size: "small" })}>
            {chosen ? "Another kind" : "All connections"}
          </a>
        }
      >
        {chosen
          ? "Paste what the provider gave you. Nobody signs in by it before you have enabled it."
          : "Which provider do your people have an account at?"}
      </PageHeader>
      <Card>
        {chosen ? (
          <NewConnection
            kind={chosen.kind}
            organizations={organizations.map(({ id, name }) => ({ id, name }))}
            forEverybody={session.user.instanceRole === "admin"}
            callbackUrl={callbackUrlOf(chosen.kind)}
          />
        ) : (
          <ul className="divide-y divide-line">
            {KINDS.map(({ kind, name, hint }) => (
              <li key={kind}>
                <a href={newConnectionHref(kind)} className="block px-4 py-3 text-sm hover:bg-hover">
                  <span className="font-medium text-accent underline underline-offset-2">{name}</span>
                  <span className="block text-muted">{hint}</span>
                </a>
              </li>
            ))}
          </ul>
        )}
      </Card>
    </div>
  );
}
