/** The list in pages: a plain table with links to what is older, that needs no script. */
import { EmptyList } from "@/app/(signed-in)/admin/sign-ins/empty-list";
import { countWords, type FilterValues } from "@/app/(signed-in)/admin/sign-ins/filter-words";
import { SignInTable } from "@/app/(signed-in)/admin/sign-ins/sign-in-table";
import { type View, viewHref } from "@/app/(signed-in)/admin/sign-ins/view";
import { ViewMenu } from "@/app/(signed-in)/admin/sign-ins/view-menu";
import type { SignInPage } from "@/audit/history";
import { buttonClass } from "@/ui/button";
import { Card } from "@/ui/card";

type SignInPagesProps = { values: FilterValues; page: SignInPage; cursor: string | null; view: View };

export function SignInPages({ values, page: { items, nextCursor }, cursor, view }: SignInPagesProps) {
  return (
    <section aria-label="Sign-ins" className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2 text-muted text-sm">
        <p>{countWords(items.length, nextCursor !== null, cursor !== null)}</p>
        <ViewMenu values={values} view={view} />
      </div>
      <Card className="overflow-hidden">
        {items.length > 0 ? <SignInTable items={items} values={values} /> : <EmptyList values={values} />}
      </Card>
      <nav aria-label="Pages" className="flex justify-between gap-2">
        {cursor ? (
          <a href={viewHref(values, view)} className={buttonClass({ size: "small" })}>
            Newest
          </a>
        ) : (
          <span />
        )}
        {nextCursor && (
          <a href={viewHref(values, view, nextCursor)} className={buttonClass({ size: "small" })}>
            Older
          </a>
        )}
      </nav>
    </section>
  );
}
