/** Mail as the application sends it, through real SMTP, read back as a test reads it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTransport } from "nodemailer";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Stoppable } from "./http";
import { linkedText, type Message, startInbox } from "./inbox";
import { freePort } from "./ports";

const dataDir = mkdtempSync(join(tmpdir(), "gatebook-inbox-"));
let httpPort: number;
let smtpPort: number;
let inbox: Stoppable;

const start = () => startInbox({ httpPort, smtpPort, dataDir });

beforeAll(async () => {
  [httpPort, smtpPort] = [await freePort(), await freePort()];
  inbox = await start();
});
afterAll(async () => {
  await inbox.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

function send(mail: { to: string; subject: string; text: string; html?: string; bcc?: string }): Promise<unknown> {
  return createTransport(`smtp://127.0.0.1:${smtpPort}`).sendMail({ from: "Gatebook <no-reply@acme.test>", ...mail });
}

function get(path: string, init?: RequestInit): Promise<Response> {
  return fetch(`http://127.0.0.1:${httpPort}${path}`, { ...init, headers: { connection: "close" } });
}

async function messages(): Promise<Message[]> {
  return (await get("/messages")).json() as Promise<Message[]>;
}

test("keeps mail newest first, with plain addresses and both bodies, over a restart", async () => {
  await send({
    to: "Ada <ada@acme.test>",
    subject: "Grüße",
    text: "Straße\nhttp://localhost:3000/x?a=1&b=2",
    html: "<b>hi</b>",
  });
  await send({ to: "b@acme.test, c@acme.test", bcc: "d@acme.test", subject: "second", text: "two" });
  await inbox.stop();
  inbox = await start();
  const [second, first, ...more] = await messages();
  expect(more).toEqual([]);
  expect(second).toMatchObject({ to: "b@acme.test,c@acme.test,d@acme.test", subject: "second" });
  expect(first).toMatchObject({
    to: "ada@acme.test",
    from: "no-reply@acme.test",
    subject: "Grüße",
    html: expect.stringContaining("<b>hi</b>"),
  });
  expect(first?.text.trim()).toBe("Straße\nhttp://localhost:3000/x?a=1&b=2");
  expect(Date.parse(first?.receivedAt ?? "")).toBeGreaterThan(Date.now() - 60_000);
});

test("shows mail without letting it be markup", async () => {
  await send({ to: "a@acme.test", subject: "<script>alert(1)</script>", text: "<img src=x>" });
  const page = await (await get("/")).text();
  expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(page).toContain("&lt;img src=x&gt;");
  expect(page).not.toMatch(/<script|<img/);
});

test("refuses what is too long, and goes on", async () => {
  await expect(send({ to: "a@acme.test", subject: "long", text: "x".repeat(1_100_000) })).rejects.toMatchObject({
    responseCode: 552,
  });
  await send({ to: "a@acme.test", subject: "short", text: "x" });
  expect((await messages())[0]?.subject).toBe("short");
});

test("can be emptied", async () => {
  await send({ to: "a@acme.test", subject: "gone", text: "x" });
  expect((await get("/messages", { method: "DELETE" })).status).toBe(204);
  expect(await messages()).toEqual([]);
});

test("links addresses in text whole, without the full stop after them, and escapes them", () => {
  expect(linkedText("See http://x.test/a.b.")).toBe('See <a href="http://x.test/a.b">http://x.test/a.b</a>.');
  expect(linkedText('see http://x.test/?a=1&b="2"')).toBe(
    'see <a href="http://x.test/?a=1&amp;b=">http://x.test/?a=1&amp;b=</a>&quot;2&quot;',
  );
});
