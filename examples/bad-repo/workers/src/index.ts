import { Worker } from "bullmq";

import { REDIS_URL } from "./config";
import { sendMail } from "./processors/mail";

new Worker("mail", sendMail, { connection: { url: REDIS_URL } });
