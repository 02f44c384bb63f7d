-- What is shown no more: the words of a risk record whose answer was taken back, and what became of an ex-partner after the
-- couple's end.

alter table risk_records add taken_back_at timestamptz;
comment on column risk_records.taken_back_at is 'When the client took back the submission that raised it. What it said goes with it, unless somebody had assessed it by then.';
comment on column risk_records.sources is '`word`, or `item/…` with the key of a question; `item` alone once it was taken back. Which words is in the detail, encrypted.';

-- What was taken back until now. The owner of the tables passes by their policies only while they are not forced.
alter table risk_records no force row level security;
alter table risk_assessments no force row level security;
alter table homework_answers no force row level security;
update risk_records r set
    version = r.version + 1, taken_back_at = a.withdrawn_at,
    detail = case when w.assessed then r.detail end,
    sources = case when w.assessed then r.sources else array(select distinct split_part(s, '/', 1) from unnest(r.sources) s order by 1) end
from homework_answers a, lateral (
    select exists (select from risk_assessments s where s.practice_id = a.practice_id and s.assessed_at <= a.withdrawn_at
                   and s.risk_id = (select k.risk_id from risk_records k where k.practice_id = a.practice_id
                                    and k.homework_id = a.homework_id and k.number = a.number)) as assessed) w
where a.practice_id = r.practice_id and a.homework_id = r.homework_id and a.number = r.number and a.withdrawn_at is not null;
alter table homework_answers force row level security;
alter table risk_assessments force row level security;
alter table risk_records force row level security;

alter table couple_members
    add known_id uuid,
    add known_as text constraint couple_members_known_as_length check (char_length(known_as) between 1 and 202);
comment on column couple_members.known_as is 'Of a couple that has ended: the name at its end, which is what is shown of an ex-partner, whatever becomes of the person.';
comment on column couple_members.known_id is 'Of a couple that has ended: the chart at its end, also when it has been merged since.';
alter table couple_members no force row level security;
alter table clients no force row level security;
update couple_members m set known_id = c.client_id, known_as = coalesce(c.preferred_name, c.given_name) || ' ' || c.family_name
from clients c
where c.practice_id = m.practice_id and c.client_id = m.client_id and (isempty(m.during) or not upper_inf(m.during));
alter table clients force row level security;
alter table couple_members force row level security;
alter table couple_members add constraint couple_members_known_once_it_has_ended
    check ((known_as is null) = (known_id is null) and (known_as is not null) = (isempty(during) or not upper_inf(during)));
