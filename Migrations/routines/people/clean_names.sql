-- Names have nothing in them that nobody sees and that makes two names of what looks like one (decision 0049): the rule
-- of String.cleaned, held here for whoever writes a name. A test compares the two, character by character.

create function is_clean_name(name text) returns boolean language sql immutable parallel safe
return name is null or not (
    -- Marks that are left out of every text, and what is no character.
    name ~ ('[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\u3164'
        || '\uFDD0-\uFDEF\uFEFF\uFFA0\uFFF0-\uFFFB\uFFFE\uFFFF\U0001107F\U00013430-\U0001343F\U00016FE4'
        || '\U0001BCA0-\U0001BCA3\U0001D159\U0001D173-\U0001D17A'
        || '\U000E0000-\U000E001F\U000E0080-\U000E00FF\U000E01F0-\U000E0FFF'
        || '\U0001FFFE\U0001FFFF\U0002FFFE\U0002FFFF\U0003FFFE\U0003FFFF\U0004FFFE\U0004FFFF\U0005FFFE\U0005FFFF'
        || '\U0006FFFE\U0006FFFF\U0007FFFE\U0007FFFF\U0008FFFE\U0008FFFF\U0009FFFE\U0009FFFF\U000AFFFE\U000AFFFF'
        || '\U000BFFFE\U000BFFFF\U000CFFFE\U000CFFFF\U000DFFFE\U000DFFFF\U000EFFFE\U000EFFFF\U000FFFFE\U000FFFFF'
        || '\U0010FFFE\U0010FFFF]')
    -- Tags, but those of a flag.
    or name ~ '(^|[^\U0001F3F4\U000E0020-\U000E007F])[\U000E0020-\U000E007F]'
    -- A cell of Braille without dots, but behind one with dots.
    or name ~ '(^|[^\u2801-\u28FF])\u2800'
    -- Joiners and variation selectors behind what they do not change: nothing, a blank, punctuation, a letter of Latin
    -- or Greek.
    or name ~ ('(^|[\u0009-\u000D\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u2800\u3000'
        || '!-\u0022\u0024-\u0029\u002B-\u002F:-~\u00A1-\u00A8\u00AA-\u00AD\u00AF-\u02AF\u0300-\u052F\u1E00-\u1FFF'
        || '\u2010-\u2027\u2030-\u203B\u203D-\u2048\u204A-\u205E\u2C60-\u2C7F\uA720-\uA7FF\uAB30-\uAB6F\uFF21-\uFF3A'
        || '\uFF41-\uFF5A])[\u180B-\u180D\u180F\u200C\u200D\uFE00-\uFE0F\U000E0100-\U000E01EF]')
    or name ~ '\u200C\u200C|\u200D\u200D|[\u0001-\u007F][\u200C\u200D]'
    or name ~ ('[\u180B-\u180D\u180F\uFE00-\uFE0F\U000E0100-\U000E01EF]'
        || '[\u180B-\u180D\u180F\uFE00-\uFE0F\U000E0100-\U000E01EF]')
    -- Blanks at the ends.
    or name ~ '^[\u0009-\u000D\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u2800\u3000]'
    or name ~ '[\u0009-\u000D\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u2800\u3000]$');
comment on function is_clean_name is 'Whether a name is as it is taken: what nobody sees is not in it.';
grant execute on function is_clean_name to cairn_server, cairn_worker, cairn_access;

-- Of names of before each given and each family name; null where there are none.
create function are_clean_names(names jsonb) returns boolean language sql immutable parallel safe
return not exists (
    select from jsonb_array_elements(names) n
    where not (is_clean_name(n ->> 'given') and is_clean_name(n ->> 'family')));
comment on function are_clean_names is 'Whether each of the names that a person has besides the present one is clean.';
grant execute on function are_clean_names to cairn_server, cairn_worker, cairn_access;

create function name_is_not_clean() returns trigger language plpgsql as $$
begin
    raise exception 'name_is_not_clean'
        using errcode = '23514', constraint = tg_table_name || '_names_are_clean', column = tg_argv[0],
            table = tg_table_name, schema = tg_table_schema;
end $$;
comment on function name_is_not_clean() is 'Refuses a row in which a name was written that is not clean.';

-- What stood there from before was cleaned once (schema/0019_clean_names.sql).
do $$
declare of_people record;
begin
    for of_people in
        select p.of_table, p.named, coalesce(p.judge, 'is_clean_name') as judge
        from (values
            ('clients', 'given_name', null), ('clients', 'family_name', null), ('clients', 'preferred_name', null),
            ('clients', 'other_names', 'are_clean_names'), ('guardians', 'name', null), ('accounts', 'name', null),
            ('inquiries', 'contact_name', null)
        ) p (of_table, named, judge)
    loop
        execute format(
            'create trigger %1$I after insert on public.%2$I for each row when (not %4$I(new.%3$I))
                execute function name_is_not_clean(%3$L)', of_people.named || '_is_clean', of_people.of_table,
            of_people.named, of_people.judge);
        execute format(
            'create trigger %1$I after update on public.%2$I for each row
                when (new.%3$I is distinct from old.%3$I and not %4$I(new.%3$I))
                execute function name_is_not_clean(%3$L)', of_people.named || '_stays_clean', of_people.of_table,
            of_people.named, of_people.judge);
    end loop;
end $$;
