-- One call takes a whole audit in one transaction.
--
-- It runs as whoever calls it: row level security decides. The same audit again changes nothing.
-- Findings that don't fit into one request go up in parts beforehand; nobody sees them as findings
-- until the call that ends the upload.

create table public.audit_parts (
  organisation_id uuid not null references public.organisations (id) on delete cascade,
  audit_id uuid not null,
  -- Names one way of cutting the findings into parts.
  upload text not null check (char_length(upload) <= 100),
  part integer not null check (part between 1 and 100000),
  findings jsonb not null check (jsonb_typeof(findings) = 'array'),
  pushed_by uuid default auth.uid(),
  received_at timestamptz not null default now(),
  primary key (organisation_id, audit_id, upload, part)
);

alter table public.audit_parts enable row level security;
alter table public.audit_parts force row level security;
create policy "writers see parts" on public.audit_parts
  for select to authenticated
  using (organisation_id in (select private.organisations_written()));
create policy "writers add parts" on public.audit_parts
  for insert to authenticated
  with check (organisation_id in (select private.organisations_written()));
create policy "writers change parts" on public.audit_parts
  for update to authenticated
  using (organisation_id in (select private.organisations_written()))
  with check (organisation_id in (select private.organisations_written()));
create policy "writers remove parts" on public.audit_parts
  for delete to authenticated
  using (organisation_id in (select private.organisations_written()));
revoke all on table public.audit_parts from public, anon, authenticated;
grant select, insert (organisation_id, audit_id, upload, part, findings), update (findings), delete
  on table public.audit_parts to authenticated;
grant select, insert, update, delete on table public.audit_parts to service_role;

create function public.push_part(
  organisation uuid, audit uuid, upload text, part integer, findings jsonb
) returns integer
language plpgsql security invoker set search_path = '' as $$
begin
  insert into public.audit_parts (organisation_id, audit_id, upload, part, findings)
  values (
    push_part.organisation, push_part.audit, push_part.upload, push_part.part, push_part.findings
  )
  on conflict on constraint audit_parts_pkey do update set findings = excluded.findings;
  return push_part.part;
end
$$;

-- Puts the findings of a branch right after its newest audit: seen ones are open, missing ones
-- of rules that saw everything are fixed.
create function private.follow_newest(
  audit public.audits, reported jsonb, remedies jsonb
) returns void
language plpgsql security invoker set search_path = '' as $$
begin
  insert into public.findings as known (
    organisation_id, repository_id, branch, fingerprint, rule, severity, confidence, subject,
    message, evidence, locations, remediation, fix, waiver, status,
    first_seen_at, first_audit_id, opened_at, opened_audit_id, last_seen_at, last_audit_id
  )
  select
    audit.organisation_id, audit.repository_id, audit.branch, f.id, f.rule, f.severity,
    f.confidence, f.subject, f.message, coalesce(f.evidence, '{}'::jsonb),
    coalesce(f.locations, '[]'::jsonb), remedies ->> f.remedy, f.fix, f.waiver, f.status,
    audit.started_at, audit.id, audit.started_at, audit.id, audit.started_at, audit.id
  from jsonb_to_recordset(reported) as f (
    id text, rule text, severity text, confidence text, subject text, message text,
    evidence jsonb, locations jsonb, remedy integer, fix jsonb, waiver jsonb, status text
  )
  on conflict (organisation_id, repository_id, branch, fingerprint) do update set
    severity = excluded.severity,
    confidence = excluded.confidence,
    message = excluded.message,
    evidence = excluded.evidence,
    locations = excluded.locations,
    remediation = excluded.remediation,
    fix = excluded.fix,
    waiver = excluded.waiver,
    status = excluded.status,
    state = case known.state when 'fixed' then 'reopened' else known.state end,
    reopened = known.reopened + (known.state = 'fixed')::integer,
    opened_at = case known.state when 'fixed' then excluded.opened_at else known.opened_at end,
    opened_audit_id = case known.state
      when 'fixed' then excluded.opened_audit_id else known.opened_audit_id
    end,
    last_seen_at = excluded.last_seen_at,
    last_audit_id = excluded.last_audit_id,
    fixed_at = null,
    fixed_audit_id = null,
    fixed_commit_id = null;

  update public.findings as f set
    state = 'fixed',
    fixed_at = audit.started_at,
    fixed_audit_id = audit.id,
    fixed_commit_id = audit.commit_id
  where f.organisation_id = audit.organisation_id
    and f.repository_id = audit.repository_id
    and f.branch = audit.branch
    and f.state <> 'fixed'
    and f.last_audit_id <> audit.id
    and f.rule in (
      select v.rule from public.verdicts as v
      where v.organisation_id = audit.organisation_id and v.audit_id = audit.id and v.whole
    );
end
$$;

-- The same for an audit that came late: it takes its place among those that are there.
create function private.follow_late(
  audit public.audits, reported jsonb, remedies jsonb
) returns void
language plpgsql security invoker set search_path = '' as $$
begin
  insert into public.findings as known (
    organisation_id, repository_id, branch, fingerprint, rule, severity, confidence, subject,
    message, evidence, locations, remediation, fix, waiver, status,
    first_seen_at, first_audit_id, opened_at, opened_audit_id, last_seen_at, last_audit_id
  )
  select
    audit.organisation_id, audit.repository_id, audit.branch, f.id, f.rule, f.severity,
    f.confidence, f.subject, f.message, coalesce(f.evidence, '{}'::jsonb),
    coalesce(f.locations, '[]'::jsonb), remedies ->> f.remedy, f.fix, f.waiver, f.status,
    audit.started_at, audit.id, audit.started_at, audit.id, audit.started_at, audit.id
  from jsonb_to_recordset(reported) as f (
    id text, rule text, severity text, confidence text, subject text, message text,
    evidence jsonb, locations jsonb, remedy integer, fix jsonb, waiver jsonb, status text
  )
  on conflict (organisation_id, repository_id, branch, fingerprint) do update set
    severity = excluded.severity,
    confidence = excluded.confidence,
    message = excluded.message,
    evidence = excluded.evidence,
    locations = excluded.locations,
    remediation = excluded.remediation,
    fix = excluded.fix,
    waiver = excluded.waiver,
    status = excluded.status
  where (known.last_seen_at, known.last_audit_id) < (excluded.last_seen_at, excluded.last_audit_id);

  -- Each finding looks at the audits next to this one that saw it or could have: what was told
  -- about the others stays true.
  with line as (
    select
      f.fingerprint,
      f.first_audit_id = audit.id as is_new,
      s.fingerprint is not null as seen,
      coalesce(earlier.seen, false) as before,
      later.id is not null as has_later,
      coalesce(later.seen, false) as after,
      later.started_at as later_at,
      later.id as later_id,
      later.commit_id as later_commit_id
    from public.findings as f
    left join public.sightings as s
      on s.organisation_id = audit.organisation_id and s.audit_id = audit.id
      and s.fingerprint = f.fingerprint
    left join lateral (
      select t.fingerprint is not null as seen
      from public.audits as a
      left join public.sightings as t
        on t.organisation_id = a.organisation_id and t.audit_id = a.id
        and t.fingerprint = f.fingerprint
      left join public.verdicts as v
        on v.organisation_id = a.organisation_id and v.audit_id = a.id and v.rule = f.rule
      where a.organisation_id = audit.organisation_id
        and a.repository_id = audit.repository_id
        and a.branch = audit.branch
        and (a.started_at, a.id) < (audit.started_at, audit.id)
        and (t.fingerprint is not null or v.whole)
      order by a.started_at desc, a.id desc
      limit 1
    ) as earlier on true
    left join lateral (
      select a.id, a.started_at, a.commit_id, t.fingerprint is not null as seen
      from public.audits as a
      left join public.sightings as t
        on t.organisation_id = a.organisation_id and t.audit_id = a.id
        and t.fingerprint = f.fingerprint
      left join public.verdicts as v
        on v.organisation_id = a.organisation_id and v.audit_id = a.id and v.rule = f.rule
      where a.organisation_id = audit.organisation_id
        and a.repository_id = audit.repository_id
        and a.branch = audit.branch
        and (a.started_at, a.id) > (audit.started_at, audit.id)
        and (t.fingerprint is not null or v.whole)
      order by a.started_at, a.id
      limit 1
    ) as later on true
    where f.organisation_id = audit.organisation_id
      and f.repository_id = audit.repository_id
      and f.branch = audit.branch
      and (
        s.fingerprint is not null
        or f.rule in (
          select w.rule from public.verdicts as w
          where w.organisation_id = audit.organisation_id and w.audit_id = audit.id and w.whole
        )
      )
  ),
  told as (
    select
      line.fingerprint,
      -- A run of sightings begins here, or right after; or the one after began without us.
      case
        when is_new then 0
        else f.reopened + (seen and not before)::integer + (after and not seen)::integer
          - (after and not before)::integer
      end as reopened,
      case
        when seen and not before
          and (
            (f.opened_at, f.opened_audit_id) < (audit.started_at, audit.id)
            or after and f.opened_audit_id = later_id
          ) then 'here'
        when before and not seen and after
          and (f.opened_at, f.opened_audit_id) < (later_at, later_id) then 'later'
        else 'as before'
      end as opened,
      case when has_later then not is_new and f.state <> 'fixed' else seen end as still,
      case
        when not seen and before
          and (not has_later or not after and f.fixed_audit_id = later_id) then 'here'
        when seen and has_later and not after
          and (is_new or (f.fixed_at, f.fixed_audit_id) < (later_at, later_id)) then 'later'
        else 'as before'
      end as fixed,
      line.seen and (audit.started_at, audit.id) < (f.first_seen_at, f.first_audit_id) as is_first,
      line.seen and (audit.started_at, audit.id) > (f.last_seen_at, f.last_audit_id) as is_last,
      line.later_at, line.later_id, line.later_commit_id
    from line
    join public.findings as f
      on f.organisation_id = audit.organisation_id and f.repository_id = audit.repository_id
      and f.branch = audit.branch and f.fingerprint = line.fingerprint
  )
  update public.findings as f set
    reopened = told.reopened,
    state = case
      when not told.still then 'fixed'
      when told.reopened > 0 then 'reopened'
      else 'open'
    end,
    opened_at = case told.opened
      when 'here' then audit.started_at when 'later' then told.later_at else f.opened_at
    end,
    opened_audit_id = case told.opened
      when 'here' then audit.id when 'later' then told.later_id else f.opened_audit_id
    end,
    first_seen_at = case when told.is_first then audit.started_at else f.first_seen_at end,
    first_audit_id = case when told.is_first then audit.id else f.first_audit_id end,
    last_seen_at = case when told.is_last then audit.started_at else f.last_seen_at end,
    last_audit_id = case when told.is_last then audit.id else f.last_audit_id end,
    fixed_at = case
      when told.still then null
      when told.fixed = 'here' then audit.started_at
      when told.fixed = 'later' then told.later_at
      else f.fixed_at
    end,
    fixed_audit_id = case
      when told.still then null
      when told.fixed = 'here' then audit.id
      when told.fixed = 'later' then told.later_id
      else f.fixed_audit_id
    end,
    fixed_commit_id = case
      when told.still then null
      when told.fixed = 'here' then audit.commit_id
      when told.fixed = 'later' then told.later_commit_id
      else f.fixed_commit_id
    end
  from told
  where f.organisation_id = audit.organisation_id
    and f.repository_id = audit.repository_id
    and f.branch = audit.branch
    and f.fingerprint = told.fingerprint;
end
$$;

create function public.push_audit(organisation uuid, audit jsonb) returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  named uuid := (audit ->> 'id')::uuid;
  whereto uuid;
  kept public.audits;
  reported jsonb;
begin
  -- The row stays locked to the end: audits of one repository follow each other.
  insert into public.repositories as known (organisation_id, name, url)
  values (organisation, audit #>> '{repository,name}', audit #>> '{repository,url}')
  on conflict (organisation_id, name) do update set url = coalesce(excluded.url, known.url)
  returning known.id into whereto;

  if exists (
    select from public.audits as a where a.organisation_id = organisation and a.id = named
  ) then
    delete from public.audit_parts as p where p.organisation_id = organisation and p.audit_id = named;
    return jsonb_build_object('audit', named, 'stored', false);
  end if;

  reported := private.findings_of(organisation, audit);

  insert into public.audits (
    organisation_id, id, repository_id, started_at, seconds, tool_version, guide_name,
    guide_version, guide_digest, commit_id, branch, dirty, conformance, coverage, complete, notes
  )
  values (
    organisation, named, whereto, (audit ->> 'started_at')::timestamptz,
    (audit ->> 'seconds')::double precision, audit ->> 'tool_version', audit #>> '{guide,name}',
    audit #>> '{guide,version}', audit #>> '{guide,digest}', audit ->> 'commit',
    coalesce(audit ->> 'branch', ''), (audit ->> 'dirty')::boolean, (audit ->> 'conformance')::double precision,
    (audit ->> 'coverage')::double precision, (audit ->> 'complete')::boolean, audit -> 'notes'
  )
  returning * into kept;

  perform private.learn_rules(organisation, audit -> 'rules');

  insert into public.verdicts (
    organisation_id, audit_id, rule, severity, status, reason, needs, findings, whole
  )
  select organisation, named, r.id, r.severity, r.status, r.reason, r.needs, r.findings, r.whole
  from jsonb_to_recordset(audit -> 'rules') as r (
    id text, severity text, status text, reason text, needs text, findings integer, whole boolean
  );

  insert into public.sightings (organisation_id, audit_id, fingerprint)
  select organisation, named, f ->> 'id' from jsonb_array_elements(reported) as f;

  if exists (
    select from public.audits as a
    where a.organisation_id = organisation and a.repository_id = whereto
      and a.branch = kept.branch
      and (a.started_at, a.id) > (kept.started_at, kept.id)
  ) then
    perform private.follow_late(kept, reported, audit -> 'remedies');
  else
    perform private.follow_newest(kept, reported, audit -> 'remedies');
  end if;

  -- Uploads that nobody ended go with the next audit.
  delete from public.audit_parts as p
  where p.organisation_id = organisation
    and (p.audit_id = named or p.received_at < now() - interval '7 days');
  return jsonb_build_object(
    'audit', named, 'stored', true, 'findings', jsonb_array_length(reported)
  );
end
$$;

-- Returns an audit's findings: those in the call, or those that went up in parts.
create function private.findings_of(organisation uuid, audit jsonb) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  parts integer := (audit #>> '{upload,parts}')::integer;
  arrived integer;
  collected jsonb;
begin
  if parts is null then
    return audit -> 'findings';
  end if;
  select coalesce(jsonb_agg(f order by p.part), '[]'::jsonb)
  into collected
  from public.audit_parts as p
  cross join lateral jsonb_array_elements(p.findings) as f
  where p.organisation_id = findings_of.organisation
    and p.audit_id = (audit ->> 'id')::uuid
    and p.upload = audit #>> '{upload,key}'
    and p.part <= parts;
  select count(*) into arrived
  from public.audit_parts as p
  where p.organisation_id = findings_of.organisation
    and p.audit_id = (audit ->> 'id')::uuid
    and p.upload = audit #>> '{upload,key}'
    and p.part <= parts;
  if arrived <> parts then
    raise sqlstate 'PT409' using
      message = format('%s of %s parts arrived', arrived, parts),
      hint = 'send all parts again, then the audit';
  end if;
  return collected;
end
$$;

-- Keeps what rules are called, as the newest push says; known ones are not touched, so that pushes
-- of several repositories don't wait for each other.
create function private.learn_rules(organisation uuid, rules jsonb) returns void
language sql security invoker set search_path = '' as $$
  insert into public.rules as known (
    organisation_id, id, slug, family, title, guide_section, docs_url
  )
  select
    learn_rules.organisation, r.id, r.slug, r.family, r.title, r.guide_section, r.docs_url
  from jsonb_to_recordset(learn_rules.rules) as r (
    id text, slug text, family text, title text, guide_section text, docs_url text
  )
  left join public.rules as k
    on k.organisation_id = learn_rules.organisation and k.id = r.id
  where (r.slug, r.family, r.title, r.guide_section)
      is distinct from (k.slug, k.family, k.title, k.guide_section)
    or coalesce(r.docs_url, k.docs_url) is distinct from k.docs_url
  order by r.id
  on conflict (organisation_id, id) do update set
    slug = excluded.slug,
    family = excluded.family,
    title = excluded.title,
    guide_section = excluded.guide_section,
    docs_url = coalesce(excluded.docs_url, known.docs_url)
$$;

revoke execute on function
  public.push_part(uuid, uuid, text, integer, jsonb), public.push_audit(uuid, jsonb),
  private.follow_newest(public.audits, jsonb, jsonb), private.follow_late(public.audits, jsonb, jsonb),
  private.findings_of(uuid, jsonb), private.learn_rules(uuid, jsonb)
  from public, anon;
grant execute on function
  public.push_part(uuid, uuid, text, integer, jsonb), public.push_audit(uuid, jsonb),
  private.follow_newest(public.audits, jsonb, jsonb), private.follow_late(public.audits, jsonb, jsonb),
  private.findings_of(uuid, jsonb), private.learn_rules(uuid, jsonb)
  to authenticated, service_role;

create or replace function public.autodevops_schema() returns integer
language sql immutable security invoker set search_path = '' as $$
  select 2
$$;
