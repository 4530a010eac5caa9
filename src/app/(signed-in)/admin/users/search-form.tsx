/** The search of the directory: a plain form that sends itself to the address. */
import { Search } from "lucide-react";
import { usersHref } from "@/app/(signed-in)/admin/users/user-words";
import { Button, buttonClass } from "@/ui/button";
import { Field } from "@/ui/field";

export function SearchForm({ search, problem }: { search: string; problem?: string }) {
  return (
    <search aria-label="Search the users">
      <form method="get" action={usersHref("")} className="flex flex-wrap items-end gap-2">
        <div className="min-w-0 flex-1 sm:max-w-sm">
          <Field
            id="search"
            name="search"
            type="search"
            label="Email or name"
            height="small"
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
            defaultValue={search}
            problem={problem}
          />
        </div>
        <Button type="submit" weight="primary" size="small" className="h-11 md:h-9">
          <Search className="size-4" />
          Search
        </Button>
        {search && (
          <a href={usersHref("")} className={`${buttonClass({ weight: "quiet", size: "small" })} h-11 md:h-9`}>
            Clear
          </a>
        )}
      </form>
    </search>
  );
}
