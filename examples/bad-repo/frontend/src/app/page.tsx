import { Orders } from "@/components/Orders";

export default function Page() {
  return <Orders />;
}
