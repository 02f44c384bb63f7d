select access.protect('progress_notes',
    reads => '{progress_note}',
    writes => '{progress_note.create,progress_note.change,progress_note.sign,progress_note.cosign}',
    seen => $$ {of_note} $$,
    written => $$
        case {bound} when 'author' then {authored} else ({of_note}) and (client_id is null or {client})
            and ((select access.action()) = 'progress_note.cosign' or {authored}) end
    $$);
grant select, insert, update on progress_notes to cairn_server;

select access.protect('note_addenda', reads => '{progress_note}', writes => '{progress_note.amend}',
    seen => $$ {of_note} $$,
    written => $$ {authored} $$);
grant select, insert on note_addenda to cairn_server;

select access.protect('process.notes', reads => '{process_note}', writes => '{process_note.create,process_note.change}',
    seen => $$ {authored} $$,
    written => $$ {authored} and {client} $$,
    changed => $$ {authored} $$);
grant select, insert, update on process.notes to cairn_server;
