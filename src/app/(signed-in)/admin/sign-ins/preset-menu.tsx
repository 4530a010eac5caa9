/** The filters of every day, in a menu. Those of a time keep the rest of the filter. */
import { Bookmark } from "lucide-react";
import type { FilterValues } from "@/app/(signed-in)/admin/sign-ins/filter-words";
import { presets } from "@/app/(signed-in)/admin/sign-ins/presets";
import { type View, viewHref } from "@/app/(signed-in)/admin/sign-ins/view";
import { Menu, MenuLink } from "@/ui/menu";

export function PresetMenu({ values, view, now }: { values: FilterValues; view: View; now: Date }) {
  return (
    <Menu label="Views" icon={Bookmark}>
      {presets(now).map(({ title, presets }) => (
        <section key={title} aria-label={title} className="flex flex-col">
          <p className="px-3 pt-2 pb-1 text-muted text-xs">{title}</p>
          {presets.map((preset) => {
            const kept = title === "Times" ? { ...values, from: undefined, to: undefined } : {};
            return (
              <MenuLink key={preset.words} href={viewHref({ ...kept, ...preset.values }, view)}>
                {preset.words}
              </MenuLink>
            );
          })}
        </section>
      ))}
    </Menu>
  );
}
