/** What an export says of rows that are hard to write down, against the table as it is read otherwise. */
import { sql } from "kysely";
import { beforeAll, describe, expect, test } from "vitest";
import type { EventRow } from "@/audit/event";
import { insertEvents } from "@/audit/events.store.server";
import { cursorAfter, exportedSignIn, readExportedPage } from "@/audit/export/exported.store.server";
import { exportedColumns, writings } from "@/audit/export/formats";
import { decodeCursor } from "@/audit/history";
import { sampleRow } from "@/audit/queue/sample-row";
import { newId } from "@/platform/ids";
import { storableText } from "@/platform/text";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();
const known = newId();
const TEXTS = [
  `a "quoted", agent`,
  "two\nlines",
  'two\r\nlines, and "more"',
  "tab\tand \\backslash\\N",
  "\\N",
  "=cmd()",
  "+1",
  "-1",
  "@sum(A1)",
  "\tx",
  "\rx",
  "'already",
  "ünïcødé — 漢字 🦔 \u2028 \u0001\u007f",
  " spaces ",
  storableText("a\0b", 200) ?? "",
];
const nasty: Partial<EventRow>[] = [
  ...TEXTS.map((text) => ({ user_agent: text, claimed_email: text, request_id: text, provider: text })),
  { occurred_at: "2026-03-04T14:05:09Z", ip: "2001:db8::1" },
  { occurred_at: "2026-03-04T14:05:09.4Z" },
  { occurred_at: "2026-03-04T14:05:09.999999Z", target_id: known },
  {
    ...{
      target_id: null,
      target_type: null,
      organization_id: null,
      auth_method: null,
      provider: null,
      session_id: null,
    },
    ...{ request_id: null, claimed_email: null, ip: null, user_agent: null },
  },
];

type Read = Record<(typeof exportedColumns)[number], string | null> & { time: number; micros: string };

/** The rows by the driver's own way of reading, newest first. */
async function readOtherwise(): Promise<Read[]> {
  const { rows } = await sql<Omit<Read, "occurred_at"> & { at: Date }>`
    select event.id, event.occurred_at as at, (extract(epoch from occurred_at) * 1000000)::bigint::text as micros,
           event.status, failure_reason, auth_method, second_factor, provider, target_id as user_id, users.email,
           claimed_email, organization_id, host(ip) as ip, user_agent, request_id, session_id
      from audit_events event left join users on users.id = target_id
     order by occurred_at desc, event.id desc`.execute(postgres.db);
  return rows.map(({ at, ...row }) => ({ ...row, occurred_at: at.toISOString(), time: at.getTime() }));
}

/** RFC 4180, character by character. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  let [cell, quoted] = ["", false];
  const end = () => rows.at(-1)?.push(cell);
  for (let at = 0; at < text.length; at += 1) {
    const mark = text[at];
    if (quoted) {
      if (mark === '"' && text[at + 1] === '"') at += 1;
      else if (mark === '"') quoted = false;
      if (quoted) cell += mark;
    } else if (mark === '"' && cell === "") quoted = true;
    else if (mark === "," || (mark === "\r" && text[at + 1] === "\n")) {
      end();
      cell = "";
      if (mark === "\r") {
        at += 1;
        rows.push([]);
      }
    } else cell += mark;
  }
  expect(rows.pop()).toEqual([]);
  return rows;
}

beforeAll(async () => {
  await postgres.db.insertInto("users").values({ id: known, email: 'o"neil, a\\b@example.com' }).execute();
  await insertEvents(
    postgres.db,
    nasty.map((facts) => sampleRow(facts)),
  );
});

const everything = () => readExportedPage(postgres.db, "all", {}, null, 1000);
const written = async (format: keyof typeof writings) =>
  (await everything()).map((line) => writings[format].line(exportedSignIn(line)));

describe("rows that are hard to write down", () => {
  test("are in the CSV, text before a formula's mark and nothing else changed", async () => {
    const [header, ...rows] = readCsv(writings.csv.header + (await written("csv")).join(""));
    expect(header).toEqual([...exportedColumns]);
    const guarded = (text: string | null) => (text !== null && /^[=+\-@\t\r]/.test(text) ? `'${text}` : (text ?? ""));
    expect(rows).toEqual((await readOtherwise()).map((row) => exportedColumns.map((column) => guarded(row[column]))));
    expect(rows.length).toBe(nasty.length);
  });

  test("are in the NDJSON, one a line", async () => {
    const lines = await written("ndjson");
    expect(lines.map((line) => JSON.parse(line))).toEqual(
      (await readOtherwise()).map(({ time: _t, micros: _m, ...row }) => row),
    );
    for (const line of lines) expect(line.indexOf("\n")).toBe(line.length - 1);
  });

  test("are in the OCSF, one a line", async () => {
    const events = (await written("ocsf")).map((line) => JSON.parse(line));
    const rows = await readOtherwise();
    expect(
      events.map(({ time, metadata, http_request, src_endpoint, session }) => [
        ...[time, metadata.uid, metadata.original_time, metadata.correlation_uid],
        ...[http_request.user_agent, src_endpoint?.ip, session?.uid],
      ]),
    ).toEqual(
      rows.map((row) => [
        ...[row.time, row.id, row.occurred_at, row.request_id ?? undefined],
        ...[row.user_agent ?? undefined, row.ip ?? undefined, row.session_id ?? undefined],
      ]),
    );
  });

  test("have each their own place, to the microsecond", async () => {
    const rows = await readOtherwise();
    const places = (await everything()).map((line) => decodeCursor(cursorAfter(line)));
    expect(places.map((place) => place?.id)).toEqual(rows.map(({ id }) => id));
    for (const [index, place] of places.entries()) {
      const after = await readExportedPage(postgres.db, "all", {}, place, 1000);
      expect(after.map((line) => exportedSignIn(line).id)).toEqual(rows.slice(index + 1).map(({ id }) => id));
    }
  });
});
