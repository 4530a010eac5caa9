/** The front door has no page of its own: it leads to what the visitor most likely came for. */
import { redirect } from "next/navigation";
import { getSession } from "@/auth/session.server";
import { canReadHistory } from "@/auth/session-shape";

export default async function Home() {
  const session = await getSession();
  if (!session) redirect("/sign-in");
  redirect(canReadHistory(session) ? "/admin/sign-ins" : "/account/activity");
}
