import { Queue } from "bullmq";

import { REDIS_URL } from "./config";

const queue = new Queue("mail", { connection: { url: REDIS_URL } });
void queue.upsertJobScheduler("reminders", { pattern: "0 8 * * *" }, { name: "reminders" });
