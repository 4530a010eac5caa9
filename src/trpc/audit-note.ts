/** What a mutation notes of itself while it runs, to stand in the book when it has committed or failed. */
import type { Action, Actor, Changes, Details, EventInput, Target } from "@/audit/catalogue";
import { changeableFields } from "@/audit/catalogue";
import { changesBetween } from "@/audit/changes";
import { now } from "@/platform/clock";
import { newId } from "@/platform/ids";

type State = Readonly<Record<string, unknown>>;
/** What all events of a call have in common. */
export type Caller = { actor: Actor; sessionId: string | null; organizationId: string | null };

export class AuditNote<A extends Action> {
  /**
   * The id and time of the first event, whether it says success or failure: should the answer to a commit be lost, the
   * failure that is then written has the key of the success that may be there, and one of the two falls away.
   */
  private readonly id = newId();
  private readonly at = now();
  private targets: (Target | null)[] = [null];
  private organizationId: string | null | undefined;
  private providerId: string | null = null;
  private noted: Partial<Details<A>> = {};
  private claimed: string | undefined;
  private changes: Changes | null = null;
  private finding: string | null = null;
  private readonly after: (() => void)[] = [];
  private readonly afterwards: (() => Promise<void>)[] = [];

  constructor(readonly action: A) {}

  /**
   * What was acted on.
   * @param organizationId whose it is, where that is not the caller's own organization
   */
  target(target: Target, organizationId?: string | null): void {
    this.targets = [target];
    this.organizationId = organizationId;
  }

  /** Several things were acted on: one event each. None means that nothing happened, and no event is written. */
  each(targets: readonly Target[], organizationId?: string | null): void {
    this.targets = [...targets];
    this.organizationId = organizationId;
  }

  /** The provider that it is about, by its id. */
  provider(id: string): void {
    this.providerId = id;
  }

  details(details: Details<A>): void {
    this.noted = details;
  }

  /** The address that the call is about, where it need not be anybody's here. @param email normalized */
  claimedEmail(email: string): void {
    this.claimed = email;
  }

  /** From which state to which: the fields that the catalogue allows for this action are written, no others. */
  changed(before: State, after: State): void {
    this.changes = changesBetween(before, after, changeableFields[this.action] ?? []);
  }

  /** The call did what it should and commits, and what it found stands in the book as a failure: a test that ran, and failed. */
  found(failureReason: string): void {
    this.finding = failureReason;
  }

  /** Runs when the transaction has committed, and only then. */
  afterCommit(work: () => void): void {
    this.after.push(work);
  }

  /** Runs when the transaction has been rolled back, before its failure is written. Must not throw. */
  afterRollback(work: () => Promise<void>): void {
    this.afterwards.push(work);
  }

  committed(): void {
    for (const work of this.after) work();
  }

  async rolledBack(): Promise<void> {
    for (const work of this.afterwards) await work();
  }

  success(caller: Caller): EventInput[] {
    const outcome =
      this.finding === null
        ? { status: "success" as const }
        : { status: "failure" as const, failureReason: this.finding };
    return this.targets.map((target, index) => this.event(caller, target, index, outcome));
  }

  failure(caller: Caller, failureReason: string): EventInput {
    return this.event(caller, this.targets[0] ?? null, 0, { status: "failure", failureReason });
  }

  private event(
    caller: Caller,
    target: Target | null,
    index: number,
    outcome: { status: "success" } | { status: "failure"; failureReason: string },
  ): EventInput {
    // The compiler cannot see that `noted` belongs to `action`; the catalogue checks it when the row is built.
    return {
      ...caller,
      ...(this.organizationId === undefined ? {} : { organizationId: this.organizationId }),
      ...(index === 0 ? { id: this.id } : {}),
      occurredAt: this.at,
      action: this.action,
      ...outcome,
      target,
      ...(this.claimed === undefined ? {} : { claimedEmail: this.claimed }),
      provider: this.providerId,
      changes: outcome.status === "success" ? this.changes : null,
      details: this.noted,
    } as EventInput;
  }
}
