"use client";
/** TanStack Devtools, in development only: the compiler takes the branch, and all that it would load, out of other builds. */
import dynamic from "next/dynamic";

const Panel =
  process.env.NODE_ENV === "development"
    ? dynamic(() => import("@/app/(signed-in)/devtools-panel.client").then(({ DevtoolsPanel }) => DevtoolsPanel), {
        ssr: false,
      })
    : null;

export function Devtools() {
  return Panel && <Panel />;
}
