/** The document around every page: language, theme, styles, the skip link and the polite status region. */
import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import "@/app/globals.css";
import { chosenTheme } from "@/app/theme/theme.server";
import { SkipLink } from "@/ui/skip-link";
import { StatusRegion } from "@/ui/status-region.client";

export const metadata: Metadata = {
  title: { default: "Gatebook", template: "%s · Gatebook" },
  description: "Sign in, and see every attempt to sign in: who, how, from where, and what failed.",
};

export const viewport: Viewport = {
  colorScheme: "light dark",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#ffffff" },
    { media: "(prefers-color-scheme: dark)", color: "#0e1116" },
  ],
};

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
