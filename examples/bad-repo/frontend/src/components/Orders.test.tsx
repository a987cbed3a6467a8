import { expect, test } from "vitest";

import { Orders } from "./Orders";

test("orders are posted", () => {
  expect(Orders().props.method).toBe("post");
});
