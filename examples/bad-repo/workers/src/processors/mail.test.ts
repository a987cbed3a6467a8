import { expect, test } from "vitest";

import { sendMail } from "./mail";

test("a confirmation names the order", async () => {
  expect(await sendMail({ data: { order: "7" } } as never)).toContain("7");
});
