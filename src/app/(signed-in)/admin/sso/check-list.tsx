/** What a test found, step by step: what is in order, what is wrong and where it is mended. */
import { Check as CheckIcon, Minus, X } from "lucide-react";
import { problemWords, STEP_WORDS } from "@/app/_words/connection-tests";
import type { Check } from "@/auth/connection-test/result";

type About = { kind: string; callbackUrl: string };

const LOOKS = {
  passed: { icon: CheckIcon, ink: "text-success", word: "in order" },
  failed: { icon: X, ink: "text-failure", word: "wrong" },
  skipped: { icon: Minus, ink: "text-muted", word: "not checked" },
};

export function CheckList({ checks, about }: { checks: readonly Check[]; about: About }) {
  const stopped = checks.some(({ outcome }) => outcome === "failed");
  return (
    <ul className="divide-y divide-line text-sm">
      {checks.map((check) => (
        <CheckRow key={check.step} check={check} about={about} stopped={stopped} />
      ))}
    </ul>
  );
}

function CheckRow({ check, about, stopped }: { check: Check; about: About; stopped: boolean }) {
  const { icon: Icon, ink, word } = LOOKS[check.outcome];
  const { name, passed } = STEP_WORDS[check.step];
  return (
    <li className="grid gap-x-4 gap-y-0.5 px-4 py-3 sm:grid-cols-[12rem_1fr]">
      <span className={`flex items-start gap-2 font-medium ${ink}`}>
        <Icon className="mt-0.5 size-4 shrink-0" strokeWidth={2.5} />
        <span>
          {name}
          <span className="font-normal">: {word}</span>
        </span>
      </span>
      <span className="min-w-0 [overflow-wrap:anywhere]">
        {check.outcome === "passed" && passed}
        {check.outcome === "skipped" && <span className="text-muted">{skippedWords(check, stopped)}</span>}
        {check.outcome === "failed" && check.problem && (
          <ProblemWords {...problemWords(check.problem, { ...check, ...about })} />
        )}
      </span>
    </li>
  );
}

export function ProblemWords({ wrong, mend }: { wrong: string; mend: string }) {
  return (
    <>
      <span className="block font-medium">{wrong}</span>
      <span className="block">{mend}</span>
    </>
  );
}

function skippedWords({ step, expected }: Check, stopped: boolean): string {
  if (step === "callback" && expected)
    return "The provider does not say whether it knows it without somebody there. The round trip shows it.";
  return stopped ? "Comes after what is wrong." : "The provider does not say.";
}
