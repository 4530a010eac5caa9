/** A mail whose point is a link, as text and as HTML. Pure. */
import { escapeHtml } from "@/platform/html";
import type { Mail } from "@/platform/mail.server";

export type LinkMail = {
  to: string;
  subject: string;
  /** What this is about, and who asked. */
  intro: string;
  /** What to press on the page that the link opens; the words of the button in the mail too. */
  button: string;
  link: string;
  /** How often and how long the link works. */
  life: string;
  /** What to do, or not to do, for somebody who did not ask. */
  ignore: string;
};

export function linkMail({ to, subject, intro, button, link, life, ignore }: LinkMail): Mail {
  const html = `<!doctype html>
<html lang="en"><body style="font:16px/1.5 system-ui,sans-serif;color:#14171f;max-width:34rem;margin:2rem auto;padding:0 1rem">
<p>${escapeHtml(intro)}</p>
<p><a href="${escapeHtml(link)}" style="display:inline-block;background:#1a56db;color:#fff;padding:.6rem 1rem;border-radius:.4rem;text-decoration:none">${escapeHtml(button)}</a></p>
<p>${escapeHtml(life)} If the button does nothing, copy this address:<br>${escapeHtml(link)}</p>
<p style="color:#555c6b">${escapeHtml(ignore)}</p>
</body></html>`;
  return {
    to,
    subject,
    text: [intro, "", `Open this link and press “${button}”:`, link, "", life, ignore, ""].join("\n"),
    html,
  };
}
