/** The switch between light and dark: a plain form, so that it works before and without JavaScript. */
import clsx from "clsx";
import { Moon, Sun } from "lucide-react";
import { buttonClass } from "@/ui/button";

/** Offers the theme that is not shown now. Which one that is only CSS knows when the system's preference decides. */
export function ThemeSwitch() {
  const look = buttonClass({ weight: "quiet", size: "small" });
  return (
    <form method="post" action="/theme">
      <button type="submit" name="theme" value="dark" className={clsx(look, "dark:hidden")}>
        <Moon className="size-4" />
        Dark theme
      </button>
      <button type="submit" name="theme" value="light" className={clsx(look, "light:hidden")}>
        <Sun className="size-4" />
        Light theme
      </button>
    </form>
  );
}
