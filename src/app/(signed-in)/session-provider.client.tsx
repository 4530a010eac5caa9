"use client";
/** The session for client components: the only file of the pages that knows which library keeps it. */
import { SessionProvider as NextAuthSessionProvider, useSession } from "next-auth/react";
import type { ReactNode } from "react";
import type { GatebookSession } from "@/auth/session-shape";

export function SessionProvider({ session, children }: { session: GatebookSession; children: ReactNode }) {
  return <NextAuthSessionProvider session={session}>{children}</NextAuthSessionProvider>;
}

/** The session as of the last time the server was asked: it asks again whenever the window gets the focus. */
export function useSignedIn(): { session: GatebookSession | null; ended: boolean } {
  const { data, status } = useSession();
  return { session: data, ended: status === "unauthenticated" };
}

/** Asks the server for a new token, as `update()` of next-auth does. Answers whether there still is a session. */
export function useNewToken(): () => Promise<boolean> {
  const { update } = useSession();
  return async () => (await update()) !== null;
}
