import { describe, expect, it } from "vitest";
import { formatClock, formatDate, formatDateTime, formatDay, formatMinute } from "@/ui/format-time";

describe("times", () => {
  const at = new Date("2026-03-04T14:05:09.412Z");

  it("are written in UTC, whatever the machine's zone", () => {
    expect(formatDate(at)).toBe("2026-03-04");
    expect(formatDateTime(at)).toBe("2026-03-04 14:05:09");
    expect(formatMinute(at)).toBe("2026-03-04 14:05");
    expect(formatClock(at)).toBe("14:05:09");
    expect(formatDay(at)).toBe("Wednesday, 4 March 2026");
  });

  it("stay on their own side of midnight UTC", () => {
    expect(formatDay(new Date("2026-12-31T23:59:59.999Z"))).toBe("Thursday, 31 December 2026");
    expect(formatDay(new Date("2027-01-01T00:00:00.000Z"))).toBe("Friday, 1 January 2027");
  });
});
