"use client";
/** The last resort: the root layout itself failed, so this brings its own document. The theme is the system's. */
import "@/app/globals.css";
import { ErrorPage } from "@/app/error-page.client";

export function GlobalErrorPage(props: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <body>
        <title>Error · Gatebook</title>
        <ErrorPage {...props} />
      </body>
    </html>
  );
}
