/** What pages say of an offer to link that the browser has. */
import "server-only";
import { cookies } from "next/headers";
import { readSealed } from "@/auth/http/sealed-cookies.server";
import { calledProvider } from "@/auth/linking/linkable.server";
import { linkOffer } from "@/auth/linking/seals";

export type ShownOffer = {
  /** Its id, and what people call it. */
  provider: { id: string; name: string };
  /** The address that it has there and here. */
  email: string;
  userId: string;
};

export async function shownOffer(): Promise<ShownOffer | null> {
  const offer = await readSealed(await cookies(), "linkOffer", linkOffer);
  if (!offer) return null;
  const { provider: id, email, userId } = offer;
  return { provider: { id, name: calledProvider(id) }, email, userId };
}

/** Where somebody goes on who signs in to link: the question, and after it where they wanted to go. */
export function questionPath(returnTo: string): string {
  return returnTo === "/" ? "/link-provider" : `/link-provider?callbackUrl=${encodeURIComponent(returnTo)}`;
}
