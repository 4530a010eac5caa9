import { isAbsolute } from "node:path";
import { expect, test } from "vitest";
import { applicationVariables } from "./application";
import { readSettings } from "./settings";

test("nothing set gives the ports of the contract and an absolute folder", () => {
  const settings = readSettings({ PORT: "" });
  expect(settings).toMatchObject({
    PORT: 3000,
    IDP_PORT: 3001,
    INBOX_PORT: 3002,
    SMTP_PORT: 3025,
    DB_PORT: 5439,
    UPSTREAM_PORT: 3003,
  });
  expect(isAbsolute(settings.GATEBOOK_DATA_DIR)).toBe(true);
});

test("every problem is named at once", () => {
  const read = () => readSettings({ PORT: "http", IDP_TOKEN_TTL_S: "-1", IDP_REDIRECT_URIS: "nowhere" });
  expect(read).toThrow(/PORT.*IDP_TOKEN_TTL_S.*IDP_REDIRECT_URIS/s);
});

test("two parts on one port are refused before either listens", () => {
  expect(() => readSettings({ PORT: "3001" })).toThrow("IDP_PORT is 3001, and so is PORT");
});

test("what the developer sets wins, but never over the database, and an own provider is not mixed with ours", () => {
  const offered = {
    SMTP_URL: "smtp://ours",
    OIDC_ISSUER: "http://ours",
    OIDC_CLIENT_ID: "ours",
    OIDC_DISPLAY_NAME: "Ours",
  };
  const inherited = { SMTP_URL: "smtp://theirs", OIDC_ISSUER: "", DATABASE_URL: "postgres://theirs", PATH: "/bin" };
  expect(applicationVariables(offered, inherited, { DATABASE_URL: "postgres://ours" })).toEqual({
    SMTP_URL: "smtp://theirs",
    OIDC_ISSUER: "",
    DATABASE_URL: "postgres://ours",
    PATH: "/bin",
  });
  expect(applicationVariables(offered, {}, {})).toEqual(offered);
});
