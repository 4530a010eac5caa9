/** A request straight from the socket looks like Next's, and one whose body is too large still gets its answer. */
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { readForm } from "@/auth/http/form.server";
import { requestFrom } from "@/auth/http/request";

async function seen<T>(
  look: (req: IncomingMessage) => Promise<T>,
  { path = "/", headers = {}, body = "" }: { path?: string; headers?: Record<string, string>; body?: string },
): Promise<T> {
  const server = createServer((req, res) => void look(req).then((value) => res.end(JSON.stringify({ value }))));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ host: "127.0.0.1", port, path, method: "POST", headers }, resolve).on("error", reject).end(body);
  });
  let text = "";
  for await (const part of answer) text += part;
  server.close();
  return (JSON.parse(text) as { value: T }).value;
}

test("has method, headers, query and decoded cookies", async () => {
  const look = async (req: IncomingMessage) => {
    const { method, headers, cookies, nextUrl } = requestFrom(req);
    return [method, headers.get("content-type"), headers.get("x-other"), cookies.getAll(), [...nextUrl.searchParams]];
  };
  const headers = { "content-type": "text/plain", cookie: "a=1%3D=2; b=; c=%7C" };
  expect(await seen(look, { path: "/x?q=1&q=2", headers })).toEqual([
    "POST",
    "text/plain",
    null,
    [
      { name: "a", value: "1==2" },
      { name: "b", value: "" },
      { name: "c", value: "|" },
    ],
    [
      ["q", "1"],
      ["q", "2"],
    ],
  ]);
});

test("has no cookies where there are none, and no value of one that is not there", async () => {
  const look = async (req: IncomingMessage) => {
    const { cookies } = requestFrom(req);
    return [cookies.getAll(), cookies.get("a") ?? null];
  };
  expect(await seen(look, {})).toEqual([[], null]);
});

test("has its body, which is read up to the limit and answered beyond it", async () => {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const look = (req: IncomingMessage) => readForm(requestFrom(req));
  expect(await seen(look, { headers, body: "email=a%40b.test" })).toEqual({
    fields: { email: "a@b.test" },
    tooLarge: false,
  });
  expect(await seen(look, { headers, body: `email=${"x".repeat(1_000_000)}` })).toEqual({ fields: {}, tooLarge: true });
});
