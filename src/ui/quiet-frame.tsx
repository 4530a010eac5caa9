/** The frame of a page with one thing on it. Error pages ride along with every page, so it is kept light. */
import type { ReactNode } from "react";
import { Brand } from "@/ui/brand";
import { MAIN_ID } from "@/ui/skip-link";

export function QuietFrame({ children, footer }: { children: ReactNode; footer?: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col items-center bg-sunken px-4 dark:bg-page">
      <header className="pt-10 pb-6 md:pt-[14vh]">
        <Brand />
      </header>
      <main
        id={MAIN_ID}
        tabIndex={-1}
        className="flex w-full max-w-100 flex-col gap-5 rounded-lg border border-line bg-raised p-5 sm:p-8"
      >
        {children}
      </main>
      <footer className="mt-auto flex flex-col items-center gap-3 py-6 text-center text-muted text-xs">{footer}</footer>
    </div>
  );
}
