/** The mail that invites somebody into an organization. Pure. */
import { linkMail } from "@/auth/link-mail";
import type { Mail } from "@/platform/mail.server";

type Words = {
  to: string;
  link: string;
  host: string;
  organization: string;
  role: string;
  invitedBy: string;
  days: number;
};

/** "a member", "an owner" */
const withArticle = (role: string) => `${/^[aeiou]/.test(role) ? "an" : "a"} ${role}`;

/** @param days how long the link works */
export function invitationMail({ to, link, host, organization, role, invitedBy, days }: Words): Mail {
  return linkMail({
    to,
    subject: `Join ${organization} at ${host}`,
    intro: `${invitedBy} invites you to join ${organization} at ${host} as ${withArticle(role)}.`,
    button: "Join",
    link,
    life: `It works once, for ${days} days, and signs you in with this address.`,
    ignore: "If you don't expect this, do nothing: nobody joins without this mail.",
  });
}
