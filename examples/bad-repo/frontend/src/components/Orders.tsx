const API = process.env.NEXT_PUBLIC_API_URL;

export function Orders() {
  return <form action={`${API}/api/v1/orders`} method="post" />;
}
import { REDIS_URL } from "../../../workers/src/config";
export const url = REDIS_URL;
