/** `/api/export`: the sign-ins that the caller may see, as a file. The same session, role and scope as `signIns.list`. */
import "server-only";
import { database, isOutage } from "@db/connect.server";
import { writings } from "@/audit/export/formats";
import { type ExportRequest, readExportRequest } from "@/audit/export/request";
import { SignInExport } from "@/audit/export/sign-in-export.server";
import type { ReaderScope } from "@/audit/history";
import { noteQuery } from "@/audit/queries.server";
import { isNotDurable, recordDurably } from "@/audit/record.server";
import { reportFailure } from "@/auth/failures.server";
import { unavailable } from "@/auth/http/answers.server";
import { type ReadingEnded, readerScope } from "@/auth/reader-scope.server";
import { readSession } from "@/auth/session.server";
import { SessionUnavailable } from "@/auth/session-errors";
import { canReadHistory, type GatebookSession } from "@/auth/session-shape";
import { now } from "@/platform/clock";
import { processWide } from "@/platform/process-wide";
import { requestScope } from "@/platform/request-scope";

const PATH = "/api/export";
/** How long somebody whose session or role has ended goes on reading at most. */
const CHECKED_EVERY_MS = 5000;
const EXPORTS_A_SESSION = 2;

const STATUS = { no_session: 401, role_required: 403, cross_site: 403, invalid_input: 400, too_many_exports: 429 };
type Refusal = keyof typeof STATUS;

const underWay = processWide("exports", () => new Map<string, number>());

/** Refuses, once that stands in the book. */
async function refuse(error: Refusal, session: GatebookSession | null, more: object = {}): Promise<Response> {
  await recordDurably([
    {
      ...exporterOf(session),
      action: "accessDenied",
      status: "failure",
      failureReason: error,
      details: { path: PATH },
    },
  ]);
  return Response.json(
    { error, ...more, requestId: requestScope()?.requestId },
    { status: STATUS[error], headers: { "cache-control": "no-store" } },
  );
}

function exporterOf(session: GatebookSession | null) {
  return {
    actor: session ? ({ type: "user", id: session.user.id } as const) : ({ type: "anonymous" } as const),
    sessionId: session?.sid ?? null,
    organizationId: session?.memberships[0]?.organizationId ?? null,
  };
}

/** Thrown by a page that may not be read any more. */
class MayReadNoMore extends Error {
  constructor(readonly reason: ReadingEnded) {
    super(`The export ended: ${reason}.`);
  }
}

/** What the session may read, looked up again every few seconds. */
function checkedScope(session: GatebookSession): () => Promise<ReaderScope> {
  let known: { scope: ReaderScope; at: number } | null = null;
  return async () => {
    if (known && performance.now() - known.at < CHECKED_EVERY_MS) return known.scope;
    const scope = await readerScope(database(), session.sid);
    if (scope === "session_ended" || scope === "role_required") throw new MayReadNoMore(scope);
    known = { scope, at: performance.now() };
    return scope;
  };
}

/** A body that is read page by page, no faster than the client takes it, and ends only after its row is written. */
function bodyOf(exported: SignInExport, signal: AbortSignal, session: GatebookSession): ReadableStream<Uint8Array> {
  const chunks = exported.chunks();
  let open = true;
  const close = () => {
    if (open) finish(session.sid);
    open = false;
  };
  const end = async (reason: string) => {
    close();
    try {
      await exported.fail(reason);
    } catch (error) {
      reportFailure(error, { path: PATH }, "how far an export got could not be recorded", session.user.id);
    }
    await chunks.return();
  };
  return new ReadableStream(
    {
      start() {
        signal.addEventListener("abort", () => void end("cancelled"), { once: true });
      },
      async pull(controller) {
        try {
          const { value, done } = await chunks.next();
          if (!done) return controller.enqueue(value);
          await exported.succeed();
          close();
          controller.close();
        } catch (error) {
          const reason = error instanceof MayReadNoMore ? error.reason : "internal_error";
          if (reason === "internal_error" && !signal.aborted)
            reportFailure(error, { path: PATH }, "an export failed", session.user.id);
          await end(reason);
          // The client sees a body that breaks off, never one that looks whole.
          controller.error(error);
        }
      },
      cancel: () => end("cancelled"),
    },
    { highWaterMark: 1 },
  );
}

function begin(sessionId: string): boolean {
  const open = underWay.get(sessionId) ?? 0;
  if (open >= EXPORTS_A_SESSION) return false;
  underWay.set(sessionId, open + 1);
  return true;
}

function finish(sessionId: string): void {
  const left = (underWay.get(sessionId) ?? 1) - 1;
  if (left > 0) underWay.set(sessionId, left);
  else underWay.delete(sessionId);
}

async function serve(request: Request): Promise<Response> {
  const session = await readSession();
  if (!session) return refuse("no_session", null);
  // The cookie goes along when another site opens this address; nobody else's page may start a download here.
  if (request.headers.get("sec-fetch-site") === "cross-site") return refuse("cross_site", session);
  if (!canReadHistory(session)) return refuse("role_required", session);
  const asked = readExportRequest(new URL(request.url).searchParams);
  if (!asked.success) {
    const issues = asked.error.issues.map(({ path, message }) => ({ path, message }));
    return refuse("invalid_input", session, { issues });
  }
  // A process that is killed in the middle writes no row of the export: what was read stands in the book before it is.
  await noteQuery(database(), { ...exporterOf(session), sessionId: session.sid }, PATH, asked.data);
  return begin(session.sid) ? answer(request, asked.data, session) : refuse("too_many_exports", session);
}

function answer(request: Request, asked: ExportRequest, session: GatebookSession): Response {
  const exported = new SignInExport(database(), exporterOf(session), checkedScope(session), asked);
  const { contentType, extension } = writings[asked.format];
  const name = `sign-ins-${now().toISOString().slice(0, 19).replaceAll(":", "")}Z.${extension}`;
  return new Response(bodyOf(exported, request.signal, session), {
    headers: {
      "content-type": contentType,
      "content-disposition": `attachment; filename="${name}"`,
      "cache-control": "no-store",
      "x-export-id": exported.id,
    },
  });
}

export async function serveExport(request: Request): Promise<Response> {
  try {
    return await serve(request);
  } catch (error) {
    if (error instanceof SessionUnavailable || isOutage(error) || isNotDurable(error)) return unavailable();
    throw error;
  }
}
