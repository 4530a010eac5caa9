/** The mail with a sign-in link, as text and as HTML. Pure. */
import { escapeHtml } from "@/platform/html";
import type { Mail } from "@/platform/mail.server";

/** @param minutes how long the link works */
export function signInMail(to: string, link: string, host: string, minutes: number): Mail {
  const lines = {
    intro: `Someone, hopefully you, asked to sign in to ${host} with this address.`,
    act: "Open this link and press “Finish signing in”:",
    life: `It works once, for ${minutes} minutes.`,
    ignore: "If it wasn't you, do nothing: nobody gets in without this mail.",
  };
  const html = `<!doctype html>
<html lang="en"><body style="font:16px/1.5 system-ui,sans-serif;color:#14171f;max-width:34rem;margin:2rem auto;padding:0 1rem">
<p>${escapeHtml(lines.intro)}</p>
<p><a href="${escapeHtml(link)}" style="display:inline-block;background:#1a56db;color:#fff;padding:.6rem 1rem;border-radius:.4rem;text-decoration:none">Finish signing in</a></p>
<p>${escapeHtml(lines.life)} If the button does nothing, copy this address:<br>${escapeHtml(link)}</p>
<p style="color:#555c6b">${escapeHtml(lines.ignore)}</p>
</body></html>`;
  return {
    to,
    subject: `Sign in to ${host}`,
    text: [lines.intro, "", lines.act, link, "", lines.life, lines.ignore, ""].join("\n"),
    html,
  };
}
