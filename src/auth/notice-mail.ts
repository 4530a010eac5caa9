/** A mail that tells a person what happened to their account, as text and as HTML. It holds no link that opens anything. Pure. */
import { escapeHtml } from "@/platform/html";
import type { Mail } from "@/platform/mail.server";

/** Who did it, as far as the request tells. */
export type Circumstances = { at: Date; device: string | null; ip: string | null };

export type NoticeMail = {
  to: string;
  subject: string;
  what: string;
  circumstances: Circumstances;
  /** What follows from it. */
  effect: string;
  /** What to do when it was somebody else. */
  alarm: string;
};

export function noticeMail({ to, subject, what, circumstances, effect, alarm }: NoticeMail): Mail {
  const { at, device, ip } = circumstances;
  const time = `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const how = `${time} · ${device ?? "unknown browser"} · ${ip ?? "unknown address"}`;
  const html = `<!doctype html>
<html lang="en"><body style="font:16px/1.5 system-ui,sans-serif;color:#14171f;max-width:34rem;margin:2rem auto;padding:0 1rem">
<p>${escapeHtml(what)}</p>
<p style="color:#555c6b">${escapeHtml(how)}</p>
<p>${escapeHtml(effect)}</p>
<p>${escapeHtml(alarm)}</p>
</body></html>`;
  return { to, subject, text: [what, how, "", effect, alarm, ""].join("\n"), html };
}
