/** The search of a list: a plain form that sends itself to the address. */
import { Search } from "lucide-react";
import { Button, buttonClass } from "@/ui/button";
import { Field } from "@/ui/field";

type SearchFormProps = {
  /** What is searched, and by what of it. */
  what: string;
  label: string;
  /** The address of the whole list. */
  href: string;
  search: string;
  problem?: string;
};

export function SearchForm({ what, label, href, search, problem }: SearchFormProps) {
  return (
    <search aria-label={`Search ${what}`}>
      <form method="get" action={href} className="flex flex-wrap items-end gap-2">
        <div className="min-w-0 flex-1 sm:max-w-sm">
          <Field
            id="search"
            name="search"
            type="search"
            label={label}
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
          <a href={href} className={`${buttonClass({ weight: "quiet", size: "small" })} h-11 md:h-9`}>
            Clear
          </a>
        )}
      </form>
    </search>
  );
}
