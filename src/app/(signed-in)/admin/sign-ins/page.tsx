/** /admin/sign-ins: who signed in or tried to, how, from where, and what failed. The address holds the whole filter. */
import { TRPCError } from "@trpc/server";
import { SearchX } from "lucide-react";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import type { ComponentProps } from "react";
import { NoPermission } from "@/app/_shell/no-permission";
import { readFilter } from "@/app/(signed-in)/admin/sign-ins/filter";
import { FilterForm, FilterParts } from "@/app/(signed-in)/admin/sign-ins/filter-form";
import { filterHref, filterTitle } from "@/app/(signed-in)/admin/sign-ins/filter-words";
import { PAGE_SIZE } from "@/app/(signed-in)/admin/sign-ins/page-size";
import { SignInConsole } from "@/app/(signed-in)/admin/sign-ins/sign-in-console.client";
import { SignInPages } from "@/app/(signed-in)/admin/sign-ins/sign-in-pages";
import { readView, viewHref } from "@/app/(signed-in)/admin/sign-ins/view";
import type { SearchParams } from "@/app/search-params";
import { requireSession } from "@/auth/session.server";
import { canAdminister, canReadHistory } from "@/auth/session-shape";
import { HydrateClient, trpc } from "@/trpc/caller.server";
import { Card } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { PageHeader } from "@/ui/page-header";

type PageProps = { searchParams: Promise<SearchParams> };

export async function generateMetadata({ searchParams }: PageProps): Promise<Metadata> {
  return { title: filterTitle(readFilter(await searchParams).values) };
}

export default async function SignInsPage({ searchParams }: PageProps) {
  const params = await searchParams;
  const { values, filter, problems, cursor, untidy } = readFilter(params);
  const view = readView(params);
  const session = await requireSession(viewHref(values, view, cursor));
  if (!canReadHistory(session)) {
    // The procedure refuses too, and records that somebody asked.
    await trpc.signIns.list({ limit: 1 }).catch((error: unknown) => {
      if (!(error instanceof TRPCError && error.code === "FORBIDDEN")) throw error;
    });
    return <NoPermission title="Sign-ins" session={session} />;
  }
  // A plain form sends its empty fields along; the address that people copy should not carry them.
  if (untidy) redirect(viewHref(values, view));

  const readable = Object.keys(problems).length === 0;
  return (
    <>
      <PageHeader title="Sign-ins">Every attempt to sign in, newest first, failed ones included.</PageHeader>
      <div className="flex flex-col gap-3">
        <FilterForm values={values} problems={problems} />
        <FilterParts values={values} />
      </div>
      {readable ? (
        <SignIns values={values} filter={filter} cursor={cursor} view={view} administers={canAdminister(session)} />
      ) : (
        <Card>
          <EmptyState icon={SearchX} title="This filter can't be used yet">
            Nothing is shown until it is mended: see the messages at its fields.
          </EmptyState>
        </Card>
      )}
    </>
  );
}

/** The first view comes with the page, whichever way it is shown. */
async function SignIns(props: ComponentProps<typeof SignInConsole>) {
  const { values, filter, cursor, view } = props;
  if (view.pages) {
    const page = await trpc.signIns.list({ filter, limit: PAGE_SIZE, cursor });
    return <SignInPages values={values} page={page} cursor={cursor} view={view} />;
  }
  await trpc.signIns.list.prefetchInfinite(
    { filter, limit: PAGE_SIZE, cursor },
    { initialCursor: cursor, getNextPageParam: (last) => last.nextCursor },
  );
  return (
    <HydrateClient>
      <SignInConsole key={filterHref(values, cursor)} {...props} />
    </HydrateClient>
  );
}
