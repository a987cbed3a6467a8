import { Queue } from "bullmq";

import { REDIS_URL } from "./config";

new Queue("mail", { connection: { url: REDIS_URL } })
  .waitUntilReady()
  .then(() => process.exit(0))
  .catch(() => process.exit(1));
