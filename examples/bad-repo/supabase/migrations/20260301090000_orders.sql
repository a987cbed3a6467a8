create table public.orders (
  id uuid primary key default gen_random_uuid(),
  owner uuid not null references auth.users (id),
  article text not null
);

alter table public.orders enable row level security;

create policy "owners read their orders" on public.orders
  for select to authenticated using (owner = (select auth.uid()));

create policy "owners place orders" on public.orders
  for insert to authenticated with check (owner = (select auth.uid()));
