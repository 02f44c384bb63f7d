-- What functions say that answer beyond the scope: entered with a scope, an expression is, as text, this and nothing else.
create table asking.sayings (
    saying int generated always as identity primary key,
    name text not null,
    scope int not null references asking.scopes,
    expression text not null,
    expected text
);

create function asking.wrong_sayings(names text[], most int) returns setof text language plpgsql as $$
declare asked record; said text; wrong int := 0;
begin
    execute 'set local role cairn_server';
    for asked in
        select y.*, c.who from asking.sayings y join asking.scopes c using (scope) where y.name = any (names) order by y.saying
    loop
        perform asking.enter(asked.scope);
        execute 'select (' || asked.expression || ')::text' into said;
        if said is not distinct from asked.expected then continue; end if;
        return next format('%s: %s is %s, not %s', asked.who, asked.expression, coalesce(said, 'null'), coalesce(asked.expected, 'null'));
        wrong := wrong + 1;
        exit when wrong >= most;
    end loop;
    execute 'reset role';
end $$;
