import { Histogram } from "prom-client";

export const jobSeconds = new Histogram({
  name: "shop_job_duration_seconds",
  help: "Duration of jobs",
});
