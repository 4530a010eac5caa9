/** For tests: a browser's cookies and redirects without a browser, stopping where it would leave for the application. */
export class TestBrowser {
  private readonly cookies = new Map<string, string>();

  /** @param appOrigin where it is not followed to */
  constructor(private readonly appOrigin: string) {}

  async go(url: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, { ...init, headers: { cookie, connection: "close" }, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) {
      const [name = "", value = ""] = (line.split(";")[0] ?? "").split(/=(.*)/s);
      this.cookies.set(name, value);
    }
    const location = response.headers.get("location");
    if (location === null || location.startsWith(this.appOrigin)) return response;
    return this.go(new URL(location, url).href);
  }

  /** Opens the provider's sign-in page and presses a button on it. Answers where it was sent, as parameters. */
  async answer(request: URL, fields: Record<string, string>): Promise<URLSearchParams> {
    const page = await this.go(request.href);
    if (page.status !== 200) throw new Error(`The provider's sign-in page answered ${page.status}.`);
    const left = await this.go(page.url, { method: "POST", body: new URLSearchParams(fields) });
    return new URL(left.headers.get("location") ?? `${this.appOrigin}/?stayed=${left.status}`).searchParams;
  }
}
