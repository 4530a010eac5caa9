/** Signs in over HTTP from a number of clients at once, each on a connection of its own, as fast as it is answered. */
import { Agent, request } from "node:http";

export type Target = { origin: string; emails: readonly string[]; password: string };
type Answer = { status: number; cookies: string[]; body: string };

function send(agent: Agent, url: URL, headers: Record<string, string>, body: string | null): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, method: body === null ? "GET" : "POST", headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("error", reject);
      answer.on("end", () =>
        resolve({
          status: answer.statusCode ?? 0,
          cookies: answer.headers["set-cookie"] ?? [],
          body: Buffer.concat(parts).toString(),
        }),
      );
    });
    sent.on("error", reject);
    sent.end(body ?? undefined);
  });
}

/**
 * @param seconds how long new sign-ins begin
 * @returns sign-ins a second. Throws when one does not end in a session: only complete work is counted
 */
export async function signInRate(target: Target, clients: number, seconds: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  try {
    const csrf = await send(agent, new URL("/api/auth/csrf", target.origin), {}, null);
    const { csrfToken } = JSON.parse(csrf.body) as { csrfToken: string };
    const cookie = csrf.cookies.map((line) => line.split(";")[0]).join("; ");
    const url = new URL("/api/auth/callback/credentials", target.origin);
    const started = performance.now();
    let done = 0;
    const client = async (index: number) => {
      for (let turn = 0; performance.now() - started < seconds * 1000; turn += 1) {
        const email = target.emails[(index + turn * clients) % target.emails.length] ?? "";
        const body = new URLSearchParams({ csrfToken, email, password: target.password, json: "true" }).toString();
        const headers = {
          cookie,
          "content-type": "application/x-www-form-urlencoded",
          "content-length": String(body.length),
        };
        const answer = await send(agent, url, headers, body);
        if (!answer.cookies.some((line) => /session[^=]*=[^;]+/.test(line))) {
          throw new Error(`A sign-in at ${target.origin} failed with ${answer.status}: ${answer.body.slice(0, 200)}`);
        }
        done += 1;
      }
    };
    await Promise.all(Array.from({ length: clients }, (_, index) => client(index)));
    return done / ((performance.now() - started) / 1000);
  } finally {
    agent.destroy();
  }
}
