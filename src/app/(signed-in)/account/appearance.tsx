/** Light, dark, or what the system prefers: a plain form, as everywhere. */
import { Check } from "lucide-react";
import { chosenTheme } from "@/app/theme/theme.server";
import { buttonClass } from "@/ui/button";
import { Section } from "@/ui/card";

export async function Appearance() {
  const chosen = (await chosenTheme()) ?? "system";
  const choices = [
    { theme: "system", label: "System" },
    { theme: "light", label: "Light" },
    { theme: "dark", label: "Dark" },
  ];
  return (
    <Section id="appearance" title="Appearance" hint="For this browser.">
      <form method="post" action="/theme" className="flex flex-wrap gap-2">
        {choices.map(({ theme, label }) => (
          <button
            key={theme}
            type="submit"
            name="theme"
            value={theme}
            aria-pressed={theme === chosen}
            className={buttonClass({ weight: theme === chosen ? "chosen" : "secondary", size: "small" })}
          >
            {theme === chosen && <Check className="size-4" />}
            {label}
          </button>
        ))}
      </form>
    </Section>
  );
}
