/** Outgoing mail over SMTP. */
import "server-only";
import nodemailer, { type Transporter } from "nodemailer";
import { env } from "@/platform/env";

export type Mail = { to: string; subject: string; text: string; html: string };

let transport: Transporter | undefined;

/** Sends one mail. Throws when the server does not take it; gives up after 10 s. */
export async function sendMail(mail: Mail): Promise<void> {
  const { SMTP_URL, EMAIL_FROM } = env();
  if (!SMTP_URL) throw new Error("Mail cannot be sent: SMTP_URL is not set.");
  transport ??= nodemailer.createTransport(SMTP_URL, {
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 10_000,
  } as object);
  await transport.sendMail({ from: EMAIL_FROM, ...mail });
}
