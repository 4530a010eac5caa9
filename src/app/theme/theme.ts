/** The visitor's choice of theme, as a form sends it and a cookie keeps it. Pure. */
export const THEME_COOKIE = "gatebook.theme";

export const themes = ["light", "dark"] as const;
export type Theme = (typeof themes)[number];

/** The theme of that name; undefined (the system's preference decides) for anything else. */
export function themeNamed(name: unknown): Theme | undefined {
  return themes.find((theme) => theme === name);
}
