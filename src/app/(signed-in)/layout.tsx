/** The shell of everything behind the sign-in: navigation, who is signed in, sign-out, and the data providers. */
import type { ReactNode } from "react";
import { Navigation } from "@/app/_shell/navigation.client";
import { navigationFor } from "@/app/_shell/sections";
import { SignOutForm } from "@/app/_shell/sign-out-form";
import { ThemeSwitch } from "@/app/_shell/theme-switch";
import { DataProvider } from "@/app/(signed-in)/data-provider.client";
import { Devtools } from "@/app/(signed-in)/devtools.client";
import { SessionProvider } from "@/app/(signed-in)/session-provider.client";
import { SessionEndedNotice, SignedInAs } from "@/app/(signed-in)/signed-in-as.client";
import { csrfToken } from "@/auth/csrf.server";
import { inspectorAllowed } from "@/auth/inspection/allowed";
import { getSession } from "@/auth/session.server";
import { env } from "@/platform/env";
import { Brand } from "@/ui/brand";
import { MAIN_ID } from "@/ui/skip-link";

export default async function SignedInLayout({ children }: { children: ReactNode }) {
  const session = await getSession();
  // Each page sends visitors without a session to sign in, with its own address to come back to.
  if (!session) return children;
  const inspector = inspectorAllowed(env());
  return (
    <SessionProvider session={session}>
      <DataProvider inspected={inspector}>
        <div className="flex min-h-dvh flex-col lg:grid lg:grid-cols-[15rem_minmax(0,1fr)]">
          <header className="relative flex items-center gap-2 border-line border-b bg-sunken px-4 py-2.5 lg:sticky lg:top-0 lg:h-dvh lg:flex-col lg:items-stretch lg:gap-6 lg:overflow-y-auto lg:border-r lg:border-b-0 lg:p-4">
            <a href="/" className="mr-auto flex rounded-md lg:mr-0 lg:px-2 lg:py-1.5">
              <Brand />
            </a>
            <Navigation groups={navigationFor(session, inspector)}>
              <div className="px-3 lg:hidden">
                <SignedInAs />
              </div>
            </Navigation>
            <div className="flex flex-col gap-3 lg:border-line lg:border-t lg:px-2 lg:pt-4">
              <div className="max-lg:hidden">
                <SignedInAs />
              </div>
              <SignOutForm csrfToken={await csrfToken()} />
            </div>
          </header>
          <div className="flex min-w-0 flex-1 flex-col">
            <main id={MAIN_ID} tabIndex={-1} className="flex w-full max-w-[90rem] flex-1 flex-col gap-6 p-4 md:p-8">
              <SessionEndedNotice />
              {children}
            </main>
            <footer className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-line border-t py-2 pr-1 pl-4 text-muted text-xs md:pr-5 md:pl-8">
              <p>Times are in UTC unless they say otherwise.</p>
              <ThemeSwitch />
            </footer>
          </div>
        </div>
        <Devtools />
      </DataProvider>
    </SessionProvider>
  );
}
