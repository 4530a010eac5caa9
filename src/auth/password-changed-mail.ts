/** The mail that tells a person that their password was changed (ASVS 6.3.7), as text and as HTML. It holds no link that opens anything. Pure. */
import { escapeHtml } from "@/platform/html";
import type { Mail } from "@/platform/mail.server";

/** Who changed it, as far as the request tells. */
export type Circumstances = { at: Date; device: string | null; ip: string | null };

export function passwordChangedMail(to: string, host: string, { at, device, ip }: Circumstances): Mail {
  const time = `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const lines = {
    what: `The password of your account at ${host} was changed.`,
    how: `${time} · ${device ?? "unknown browser"} · ${ip ?? "unknown address"}`,
    effect: "Every other browser that was signed in to your account is signed out.",
    alarm: `If it wasn't you, tell an administrator of ${host} at once.`,
  };
  const html = `<!doctype html>
<html lang="en"><body style="font:16px/1.5 system-ui,sans-serif;color:#14171f;max-width:34rem;margin:2rem auto;padding:0 1rem">
<p>${escapeHtml(lines.what)}</p>
<p style="color:#555c6b">${escapeHtml(lines.how)}</p>
<p>${escapeHtml(lines.effect)}</p>
<p>${escapeHtml(lines.alarm)}</p>
</body></html>`;
  return {
    to,
    subject: `Your password at ${host} was changed`,
    text: [lines.what, lines.how, "", lines.effect, lines.alarm, ""].join("\n"),
    html,
  };
}
