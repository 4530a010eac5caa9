/** How the list is shown, as links: each leads to the same filter, seen another way. */
import { SlidersHorizontal } from "lucide-react";
import type { FilterValues } from "@/app/(signed-in)/admin/sign-ins/filter-words";
import { canHide, columnKeys, columnNames, type View, viewHref } from "@/app/(signed-in)/admin/sign-ins/view";
import { Menu, MenuLink } from "@/ui/menu";

type Choice = { words: string; view: View; chosen: boolean };

function choicesOf(view: View): { title: string; choices: Choice[] }[] {
  const other = (change: Partial<View>): View => ({ ...view, ...change });
  return [
    {
      title: "Rows",
      choices: [
        { words: "Comfortable", view: other({ density: "comfortable" }), chosen: view.density === "comfortable" },
        { words: "Compact", view: other({ density: "compact" }), chosen: view.density === "compact" },
      ],
    },
    {
      title: "Times",
      choices: [
        { words: "UTC", view: other({ zone: "utc" }), chosen: view.zone === "utc" },
        { words: "Local", view: other({ zone: "local" }), chosen: view.zone === "local" },
      ],
    },
    {
      title: "Columns",
      choices: columnKeys.filter(canHide).map((column) => {
        const chosen = !view.hidden.includes(column);
        const hidden = chosen ? [...view.hidden, column] : view.hidden.filter((name) => name !== column);
        return { words: columnNames[column], view: other({ hidden }), chosen };
      }),
    },
    {
      title: "List",
      choices: [
        { words: "In one piece", view: other({ pages: false }), chosen: !view.pages },
        { words: "In pages", view: other({ pages: true }), chosen: view.pages },
      ],
    },
  ];
}

export function ViewMenu({ values, view }: { values: FilterValues; view: View }) {
  return (
    <Menu label="View" icon={SlidersHorizontal}>
      {choicesOf(view).map(({ title, choices }) => (
        <section key={title} aria-label={title} className="flex flex-col">
          <p className="px-3 pt-2 pb-1 text-muted text-xs">{title}</p>
          {choices.map(({ words, view, chosen }) => (
            <MenuLink key={words} href={viewHref(values, view)} chosen={chosen}>
              {words}
            </MenuLink>
          ))}
        </section>
      ))}
    </Menu>
  );
}
