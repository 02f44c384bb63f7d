-- The steps of a piece of homework: what may follow what, said here and nowhere else. A statement that takes a step
-- asks for it by name, and whoever changes the state of a row is held to it (homework_state_follows). They are drawn in
-- the documentation: StepsOfHomework.

create function homework_steps() returns text[] language sql immutable parallel safe
return '{assign,draft,submit,take_back,review,return,withdraw,discuss,share,attach,comment}'::text[];

-- The state in which a step leaves a piece, which may be the same as before; null where the step may not follow. What
-- is saved after the piece was handed in is a draft beside it.
create function homework_after(step text, state text) returns text language sql immutable parallel safe
return case step
    when 'assign' then case when state is null then 'assigned' end
    when 'draft' then case when state = 'assigned' then 'draft' when state <> 'withdrawn' then state end
    when 'submit' then case when homework_is_outstanding(state) then 'submitted' end
    when 'take_back' then case when state = 'submitted' then 'draft' end
    when 'review' then case when state = 'submitted' then 'reviewed' end
    when 'return' then case when state = 'submitted' then 'returned' end
    when 'withdraw' then case when state <> 'reviewed' then 'withdrawn' end
    when 'discuss' then case when homework_is_done(state) or state = 'returned' then state end
    when 'share' then case when homework_is_done(state) then state end
    when 'attach' then case when homework_is_outstanding(state) or state = 'submitted' then state end
    when 'comment' then case when state <> 'withdrawn' then state end end;

-- Why a step may not follow, in the word that its caller is told; null where it may.
create function homework_refusal(step text, state text) returns text language sql immutable parallel safe
return case
    when homework_after(step, state) is not null then null
    when step = 'share' then 'not_submitted'
    when state = 'withdrawn' then 'withdrawn'
    when step = 'submit' then 'already_submitted'
    when state = 'reviewed' then 'already_reviewed'
    when state = 'returned' and step = 'take_back' then 'already_returned'
    else 'not_submitted' end;

-- Whether some step leads from one state to another.
create function homework_follows(former text, next text) returns boolean language sql immutable parallel safe
return exists (select from unnest(homework_steps()) step where homework_after(step, former) = next);
