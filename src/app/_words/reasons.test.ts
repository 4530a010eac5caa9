import { describe, expect, it } from "vitest";
import { ownReasonSentence, reasonWords } from "@/app/_words/reasons";
import { failureReasons } from "@/audit/reasons";

describe("reasons in words", () => {
  it.each(failureReasons)("%s is never shown as its code", (reason) => {
    expect(reasonWords(reason)).not.toContain("_");
    expect(ownReasonSentence(reason, "GitHub")).toMatch(/^[A-Z].+ (They didn't get in|Nobody got in)\.$/);
  });

  it("are different for different reasons, so that a list can tell them apart", () => {
    expect(new Set(failureReasons.map(reasonWords)).size).toBe(failureReasons.length);
  });

  it("say what a person needs to know of an attempt on their account", () => {
    expect(ownReasonSentence("wrong_password", "")).toBe(
      "Someone typed your address and a wrong password. They didn't get in.",
    );
    expect(ownReasonSentence("provider_denied", "GitHub")).toBe(
      "A sign-in with GitHub was cancelled there. Nobody got in.",
    );
  });

  it("of a later version are shown rather than hidden", () => {
    expect(reasonWords("moon_phase")).toBe("moon phase");
    expect(ownReasonSentence("toString", "GitHub")).toBe("A sign-in failed. Nobody got in.");
  });
});
