/** The document around every page: language, theme, styles, the skip link and the polite status region. */
import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import "@/app/globals.css";
import { chosenTheme } from "@/app/theme/theme.server";
import { env } from "@/platform/env";
import { SkipLink } from "@/ui/skip-link";
import { StatusRegion } from "@/ui/status-region.client";

export function generateMetadata(): Metadata {
  const { SENTRY_DSN } = env();
  return {
    title: { default: "Gatebook", template: "%s · Gatebook" },
    description: "Sign in, and see every attempt to sign in: who, how, from where, and what failed.",
    // Read by instrumentation-client.ts. A DSN is no secret: it only says where reports may be sent.
    other: SENTRY_DSN ? { "gatebook-error-reports": SENTRY_DSN } : {},
  };
}

const pageColors = { light: "#ffffff", dark: "#0e1116" };

export async function generateViewport(): Promise<Viewport> {
  const theme = await chosenTheme();
  return {
    colorScheme: theme ?? "light dark",
    themeColor: theme
      ? pageColors[theme]
      : [
          { media: "(prefers-color-scheme: light)", color: pageColors.light },
          { media: "(prefers-color-scheme: dark)", color: pageColors.dark },
        ],
  };
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" data-theme={await chosenTheme()}>
      <body>
        <SkipLink />
        {children}
        <StatusRegion />
      </body>
    </html>
  );
}
