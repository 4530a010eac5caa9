/** /admin/sign-ins: who signed in or tried to, how, from where, and what failed. The address holds the whole filter. */
import { TRPCError } from "@trpc/server";
import { ChevronDown, ListFilter, SearchX } from "lucide-react";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import type { ComponentProps } from "react";
import { NoPermission } from "@/app/_shell/no-permission";
import { FacetList } from "@/app/(signed-in)/admin/sign-ins/facets.client";
import { readFilter } from "@/app/(signed-in)/admin/sign-ins/filter";
import { FilterBar } from "@/app/(signed-in)/admin/sign-ins/filter-bar";
import { FilterForm, FilterParts } from "@/app/(signed-in)/admin/sign-ins/filter-form";
import { filterHref, filterTitle } from "@/app/(signed-in)/admin/sign-ins/filter-words";
import { Histogram } from "@/app/(signed-in)/admin/sign-ins/histogram.client";
import { PAGE_SIZE } from "@/app/(signed-in)/admin/sign-ins/page-size";
import { PresetMenu } from "@/app/(signed-in)/admin/sign-ins/preset-menu";
import { SignInConsole } from "@/app/(signed-in)/admin/sign-ins/sign-in-console.client";
import { SignInPages } from "@/app/(signed-in)/admin/sign-ins/sign-in-pages";
import { readView, viewHref } from "@/app/(signed-in)/admin/sign-ins/view";
import { oneParam, type SearchParams } from "@/app/search-params";
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
  const { values, filter, problems, cursor, unread, untidy } = readFilter(params);
  const view = readView(params);
  const session = await requireSession(viewHref(values, view, cursor));
  if (!canReadHistory(session)) {
    // The procedure refuses too, and records that somebody asked.
    await trpc.signIns.list({ limit: 1 }).catch((error: unknown) => {
      if (!(error instanceof TRPCError && error.code === "FORBIDDEN")) throw error;
    });
    return <NoPermission title="Sign-ins" session={session} />;
  }
  // A plain form sends its empty fields along, and the line what it was typed as; the address that people copy has the keys.
  if (untidy) redirect(withLine(viewHref(values, view), unread));

  const readable = Object.keys(problems).length === 0;
  return (
    <>
      <PageHeader title="Sign-ins" actions={<PresetMenu values={values} view={view} now={new Date()} />}>
        Every attempt to sign in, newest first, failed ones included.
      </PageHeader>
      <div className="flex flex-col gap-3">
        <FilterBar values={values} view={view} asText={oneParam(params, "text") !== undefined} unread={unread} />
        <FilterParts values={values} view={view} />
        <FilterForm values={values} problems={problems} view={view} />
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

function withLine(href: string, unread: readonly string[]): string {
  if (unread.length === 0) return href;
  return `${href}${href.includes("?") ? "&" : "?"}${new URLSearchParams({ q: unread.join(" ") })}`;
}

/** The first view comes with the page, whichever way it is shown. */
async function SignIns(props: ComponentProps<typeof SignInConsole>) {
  const { values, filter, cursor, view } = props;
  if (view.pages) {
    const page = await trpc.signIns.list({ filter, limit: PAGE_SIZE, cursor });
    return <SignInPages values={values} page={page} cursor={cursor} view={view} />;
  }
  await Promise.all([
    trpc.signIns.list.prefetchInfinite(
      { filter, limit: PAGE_SIZE, cursor },
      { initialCursor: cursor, getNextPageParam: (last) => last.nextCursor },
    ),
    trpc.signIns.stats.prefetch({ filter }),
    trpc.signIns.facets.prefetch({ filter }),
  ]);
  return (
    <HydrateClient>
      <Histogram key={`histogram ${filterHref(values)}`} values={values} filter={filter} view={view} />
      {/* The details of an attempt take the place of the counts: who it was must stay readable beside them. */}
      <div className="group/list flex flex-col gap-6 min-[88rem]:flex-row min-[88rem]:items-start">
        <details className="unfold-wide group has-[nav:empty]:hidden rounded-lg border border-line bg-sunken min-[88rem]:w-52 min-[88rem]:shrink-0 min-[88rem]:border-0 min-[88rem]:bg-transparent min-[88rem]:group-has-[aside]/list:hidden">
          <summary className="flex min-h-11 list-none items-center gap-2 px-4 font-medium text-sm min-[88rem]:hidden">
            <ListFilter className="size-4" />
            Counts to narrow by
            <ChevronDown className="ml-auto size-4 group-open:rotate-180" />
          </summary>
          <div className="max-[88rem]:px-2 max-[88rem]:pb-3">
            <FacetList values={values} filter={filter} view={view} />
          </div>
        </details>
        <div className="min-w-0 flex-1">
          <SignInConsole key={filterHref(values, cursor)} {...props} />
        </div>
      </div>
    </HydrateClient>
  );
}
