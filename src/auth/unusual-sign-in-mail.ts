/** The mail about a sign-in that was unusual (ASVS 6.3.5), as text and as HTML. Its link opens nothing by itself. Pure. */
import type { UnusualSignIn } from "@/audit/signals/reviewer.server";
import type { Signal } from "@/audit/signals/signal";
import { linkMail } from "@/auth/link-mail";
import type { Mail } from "@/platform/mail.server";

function why(signal: Signal): string {
  switch (signal.kind) {
    case "new_device":
      return "You had not signed in with this browser before.";
    case "new_network":
      return "You had not signed in from this network before.";
    case "success_after_failures":
      return `${signal.failures} tries to sign in as you had failed in the hour before.`;
    case "many_accounts":
      return `From the same address, somebody tried ${signal.accounts} accounts in the hour before.`;
  }
}

/** @param origin the public one */
export function unusualSignInMail(origin: string, { email, at, device, ip, signals }: UnusualSignIn): Mail {
  const { host } = new URL(origin);
  const time = `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return linkMail({
    to: email,
    subject: `A new sign-in to your account at ${host}`,
    intro: [
      `Somebody signed in to your account at ${host}: ${time} · ${device ?? "unknown browser"} · ${ip ?? "unknown address"}.`,
      ...signals.map(why),
    ].join(" "),
    button: "Choose a new password",
    link: new URL("/reset-password", origin).href,
    life: "If it wasn't you, choose a new password there: that signs out every browser.",
    ignore: "If it was you, there is nothing to do.",
  });
}
