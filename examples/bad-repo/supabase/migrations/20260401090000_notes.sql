create table public.notes (
  id uuid primary key,
  text text not null
);
