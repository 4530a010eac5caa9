/**
 * NextAuth, asked in the form of its handler for Next's pages: with plain objects. In its other form it reads cookies and
 * headers through Next, and wraps and unwraps everything once more, which costs more than all else that it does.
 */
import "server-only";
import type { NextApiRequest, NextApiResponse } from "next";
import NextAuth, { type NextAuthOptions } from "next-auth";

/** A clean request: see `cleanRequest`. */
export type NextAuthRequest = {
  method: string;
  query: Record<string, string>;
  body: Record<string, string> | undefined;
  cookies: Record<string, string>;
};

export type NextAuthAnswer = {
  response: Response;
  /** Where it sends the browser: its `Location`, or the `url` of its JSON. */
  redirect: string | null;
};

/** What NextAuth calls of a response. */
class Answering {
  private code = 200;
  private readonly headers = new Map<string, string | string[]>();
  private text: string | null = null;
  private redirect: string | null = null;

  status(code: number): this {
    this.code = code;
    return this;
  }

  getHeader(name: string): string | string[] | undefined {
    return this.headers.get(name.toLowerCase());
  }

  setHeader(name: string, value: string | string[]): this {
    this.headers.set(name.toLowerCase(), value);
    if (name === "Location" && typeof value === "string") this.redirect = value;
    return this;
  }

  json(value: { url: string }): void {
    this.redirect = value.url;
    this.send(value);
  }

  send(body: unknown): void {
    if (typeof body === "string") this.text = body;
    else if (body !== undefined && body !== null) {
      this.text = JSON.stringify(body);
      this.headers.set("content-type", "application/json");
    }
  }

  end(): void {}

  answer(): NextAuthAnswer {
    const headers = new Headers();
    for (const [name, value] of this.headers) {
      if (typeof value === "string") headers.set(name, value);
      else for (const one of value) headers.append(name, one);
    }
    return { response: new Response(this.text, { status: this.code, headers }), redirect: this.redirect };
  }
}

/** @param params the parts of the path behind `/api/auth/` */
export async function askNextAuth(
  request: NextAuthRequest,
  params: string[],
  options: NextAuthOptions,
): Promise<NextAuthAnswer> {
  const answering = new Answering();
  const asked = { ...request, query: { ...request.query, nextauth: params }, headers: {} };
  // Of Next's own objects it takes no more than these have.
  await NextAuth(asked as unknown as NextApiRequest, answering as unknown as NextApiResponse, options);
  return answering.answer();
}
