import type { Job } from "bullmq";

import { jobSeconds } from "../metrics";

export async function sendMail(job: Job): Promise<string> {
  const stop = jobSeconds.startTimer();
  const message = `order ${job.data.order} is confirmed`;
  stop();
  return message;
}
