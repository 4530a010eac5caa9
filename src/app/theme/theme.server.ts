/** Reads the visitor's choice of theme from the request. */
import "server-only";
import { cookies } from "next/headers";
import { THEME_COOKIE, type Theme, themeNamed } from "@/app/theme/theme";

export async function chosenTheme(): Promise<Theme | undefined> {
  return themeNamed((await cookies()).get(THEME_COOKIE)?.value);
}
