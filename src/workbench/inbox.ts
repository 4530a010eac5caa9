/** Mail that leaves the application ends here: SMTP in, a small page and JSON out. Nothing is ever delivered. */
import { join } from "node:path";
import type { Readable } from "node:stream";
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";
import { z } from "zod";
import { newId } from "@/platform/ids";
import { escapeHtml, listen, type Stoppable, sendJson, sendPage } from "./http";
import { keeper, readKept } from "./kept-file";

const MESSAGES = 500;
const MESSAGE_BYTES = 1024 * 1024;

const message = z.object({
  id: z.string(),
  /** The recipients the mail was addressed to by SMTP, with commas between. */
  to: z.string(),
  from: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  receivedAt: z.string(),
});

export type Message = z.infer<typeof message>;

/** The message as the inbox shows it. Recipients are those of the envelope: headers only say what the sender wrote. */
export async function parseMessage(raw: Buffer, recipients: string[], sender: string): Promise<Message> {
  const mail = await PostalMime.parse(raw);
  return {
    id: newId(),
    to: recipients.join(","),
    from: mail.from?.address ?? sender,
    subject: mail.subject ?? "",
    text: mail.text ?? "",
    html: mail.html ?? "",
    receivedAt: new Date().toISOString(),
  };
}

/** Plain text as HTML, with its web addresses as links. */
export function linkedText(text: string): string {
  return text
    .split(/(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)])/g)
    .map((part, index) =>
      index % 2 === 1 ? `<a href="${escapeHtml(part)}">${escapeHtml(part)}</a>` : escapeHtml(part),
    )
    .join("");
}

function inboxPage(messages: Message[]): string {
  const articles = messages.map(
    (mail) =>
      `<article><h2>${escapeHtml(mail.subject || "(no subject)")}</h2>` +
      `<p class="soft">to ${escapeHtml(mail.to)} from ${escapeHtml(mail.from)}, ` +
      `<time datetime="${mail.receivedAt}">${mail.receivedAt.replace("T", " ").slice(0, 19)} UTC</time></p>` +
      `<pre>${linkedText(mail.text)}</pre></article>`,
  );
  const empty = "<section><p>No mail yet. Reload this page after the application has sent some.</p></section>";
  return `<main><h1>Inbox</h1><p class="soft">Mail sent by this workbench, newest first.</p>${articles.join("") || empty}</main>`;
}

async function readMessage(stream: Readable & { sizeExceeded?: boolean }): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Read to its end even when too long, or the client would never hear the answer.
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MESSAGE_BYTES) chunks.push(chunk);
  }
  return length > MESSAGE_BYTES || stream.sizeExceeded ? null : Buffer.concat(chunks);
}

function refusal(code: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode: code });
}

/** Starts both servers. Holds the newest 500 messages of at most 1 MiB each, over restarts too. */
export async function startInbox(options: { httpPort: number; smtpPort: number; dataDir: string }): Promise<Stoppable> {
  const file = join(options.dataDir, "inbox.json");
  let messages = readKept(file, z.array(message)) ?? [];
  const kept = keeper(file, () => messages);
  const change = (next: Message[]) => {
    messages = next;
    kept.changed();
  };

  const smtp = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    disableReverseLookup: true,
    size: MESSAGE_BYTES,
    banner: "Gatebook workbench inbox",
    onData(stream, session, callback) {
      void (async () => {
        const raw = await readMessage(stream);
        if (raw === null) return callback(refusal(552, `The inbox takes at most ${MESSAGE_BYTES} bytes a message.`));
        const recipients = session.envelope.rcptTo.map(({ address }) => address);
        const sender = session.envelope.mailFrom === false ? "" : session.envelope.mailFrom.address;
        const parsed = await parseMessage(raw, recipients, sender);
        change([parsed, ...messages].slice(0, MESSAGES));
        callback();
      })().catch(() => callback(refusal(554, "The inbox could not read the message.")));
    },
  });
  // A client that hangs up in the middle of its mail is no concern of the workbench.
  smtp.on("error", () => {});
  await new Promise<void>((resolve, reject) => {
    smtp.server.once("error", reject);
    smtp.listen(options.smtpPort, "127.0.0.1", resolve);
  });

  const web = await listen(options.httpPort, (req, res) => {
    const { pathname } = new URL(req.url ?? "/", "http://localhost");
    if (pathname === "/messages" && req.method === "GET") return sendJson(res, 200, messages);
    if (pathname === "/messages" && req.method === "DELETE") {
      change([]);
      res.writeHead(204).end();
      return;
    }
    if (pathname === "/" && req.method === "GET") return sendPage(res, { title: "Inbox", body: inboxPage(messages) });
    sendJson(res, 404, { error: "The inbox has /, GET /messages and DELETE /messages." });
  });

  return {
    async stop() {
      await web.stop();
      await new Promise<void>((resolve) => {
        smtp.close(() => resolve());
      });
      kept.flush();
    },
  };
}
