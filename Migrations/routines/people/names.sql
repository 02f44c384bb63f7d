-- Which names may be one person's: how near two words of names are, which are forms of one name, and which are so much
-- alike only by chance. Everything here compares folded words (public.name_words) and looks at no table of people.

-- Two words of names are near: one begins the other, a letter or two differ, or most of their trigrams agree.
create function access.near_words(a text, b text) returns boolean language sql immutable parallel safe
return a = b
    or least(length(a), length(b)) >= 3 and (starts_with(a, b) or starts_with(b, a))
    or least(length(a), length(b)) >= 4 and (
        public.levenshtein(left(a, 100), left(b, 100)) <= least(length(a), length(b)) / 4
        or public.similarity(a, b) >= 0.5);
grant execute on function access.near_words to cairn_server;

-- What people are called for short, and other forms of a given name. A word may be short for several.
create table access.given_names (
    name text primary key,
    forms text[] not null
);
comment on table access.given_names is
    'Given names, folded, with the forms by which the same person may be entered as well.';
-- A name, and after the colon its forms: first English, then Spanish ones.
insert into access.given_names (name, forms)
select split_part(entry, ': ', 1), string_to_array(split_part(entry, ': ', 2), ' ')
from regexp_split_to_table(trim(e' \n;' from $names$
    abigail: abby abbie; abraham: abe bram; albert: al bert bertie; alexander: alex alec al sandy xander lex sasha;
    alexandra: alex sandra sandy lexi lexie sasha alexa; alfred: al alf alfie fred freddie; amanda: mandy;
    andrew: andy drew; angela: angie; ann: anne anna annie nan; anthony: tony; antonia: toni tona;
    arthur: art artie; barbara: barb babs barbie; bartholomew: bart; benjamin: ben benny benji; bernard: bernie;
    bradley: brad; calvin: cal;
    catherine: katherine kathryn kathleen kate katie kathy cathy kay kitty kat kit katy;
    charles: charlie charley chuck chas chip; charlotte: charlie lottie;
    christina: kristina tina chris chrissy christie christy; christine: chris chrissy christy tina;
    christopher: chris kit topher; clifford: cliff; constance: connie; cynthia: cindy; daniel: dan danny;
    david: dave davey davy; deborah: debra deb debbie debby; dennis: denny; dominic: dom nick; donald: don donnie;
    dorothy: dot dottie dolly; douglas: doug; edmund: ed eddie ned ted; edward: ed eddie eddy ned ted teddy;
    edwin: ed eddie; eleanor: ellie nell nellie;
    elizabeth: elisabeth liz lizzie lizzy liza eliza beth betty bess bessie betsy libby; ellen: ellie nell nellie;
    emily: em emmy; emma: em emmy; ernest: ernie; eugene: gene; evelyn: eve evie; florence: flo flossie;
    frances: fran frankie francie; francis: frank frankie fran; franklin: frank frankie;
    frederick: fred freddie freddy rick; gabriel: gabe gabo; geoffrey: geoff jeff jeffrey; gerald: jerry gerry;
    gilbert: gil bert; gregory: greg gregg; gwendolyn: gwen; harold: harry hal; harriet: hattie;
    helen: helena nell nellie lena; henry: harry hank hal; herbert: herb bert; hubert: bert hugh;
    isabella: bella izzy isabel isabelle; jacob: jake; jacqueline: jackie; james: jim jimmy jamie jem; janet: jan;
    janice: jan; jeffrey: jeff geoff; jennifer: jen jenn jenny jennie; jeremiah: jerry; jeremy: jerry;
    jerome: jerry; jessica: jess jessie; joanna: jo joan joana joanne joann; john: jack johnny jon johnnie;
    jonathan: jon jonny johnny; joseph: joe joey jo; josephine: jo josie; joshua: josh; judith: judy jude;
    kenneth: ken kenny; kimberly: kim kimmy; lawrence: larry laurie; leonard: leo len lenny; lillian: lily lil;
    lorraine: lori lorrie; louis: lou louie lewis; louise: lou lulu; lucille: lucy; madeline: maddie maddy;
    margaret: peggy peg maggie meg marge margie madge; martha: marty mattie; martin: marty; mary: molly mamie polly;
    matilda: tilly tillie mattie; matthew: matt matty; melanie: mel; melissa: mel missy lissa;
    michael: mike mick mickey mikey; mildred: millie; mitchell: mitch; nathaniel: nate nat nathan;
    nicholas: nick nicky; nicole: nikki nicky; norman: norm; oliver: ollie; pamela: pam;
    patricia: pat patty patti trish tricia trisha paty pati; patrick: pat paddy rick; penelope: penny; peter: pete;
    philip: phillip phil pip; raymond: ray; rebecca: becky becca; reginald: reg reggie;
    richard: dick rick ricky rich richie; robert: bob bobby rob robbie robby bert; roberta: bobbie;
    ronald: ron ronnie; rosemary: rosie rose; rudolph: rudy; russell: russ; samantha: sam sammie;
    samuel: sam sammy; sandra: sandy; sarah: sally; sidney: sid; solomon: sol; stanley: stan; stephanie: steph;
    stephen: steven steve stevie; susan: sue susie suzy susana susanna suzanne; terence: terry;
    teresa: theresa terry tess tessa tere teresita; theodore: ted teddy theo; thomas: tom tommy;
    timothy: tim timmy; tobias: toby; valerie: val; veronica: ronnie vero; victor: vic;
    victoria: vicky vicki tori vick; vincent: vince vinny; virginia: ginny ginger; walter: walt wally; wesley: wes;
    william: bill billy will willie willy liam; winifred: winnie; zachary: zach zack;
    alberto: beto al; alejandra: alex ale sandra; alejandro: alex ale jandro; alfonso: poncho fonso;
    alfredo: fredo fred; ana: anita; antonio: tono tony toni; beatriz: bea bety; carmen: carmela menchu;
    concepcion: concha conchita; consuelo: chelo; cristina: cris tina; cristobal: cris; dolores: lola loli lolita;
    eduardo: edu lalo eddie ed; encarnacion: encarna; enrique: quique kike; ernesto: neto; federico: fede fico;
    fernando: nando fer; francisca: paca paquita pancha; francisco: paco pancho curro quico kiko fran cisco frank;
    gabriela: gaby gabi; graciela: chela; gregorio: goyo; guadalupe: lupe lupita; guillermo: memo guille;
    humberto: beto; ignacio: nacho; inmaculada: inma; isabel: chabela isa bela isabela isabelle; javier: javi;
    jesus: chuy chucho; joaquin: quino; jorge: jorgito coque; jose: pepe pepito chepe pepin joe;
    josefa: pepa pepita; josefina: fina pepa josie; juan: juanito juancho; juana: juanita; leticia: leti lety;
    lorenzo: lencho; luis: lucho luisito; manuel: manolo manny manolito; manuela: manola;
    margarita: marga rita mago; maria: mari marita maruja; mariajose: majo marijose; mercedes: merche meche;
    miguel: migue miguelito mike; montserrat: montse; nicolas: nico; pilar: pili; rafael: rafa; ramon: moncho;
    refugio: cuca cuco; ricardo: richi ricky rick; roberto: beto rob; rosa: rosita; rosario: charo chayo;
    salvador: chava; santiago: santi chago tiago; sergio: checo; soledad: sole chole; vicente: chente;
$names$), ';\s+') entry;
create index given_names_by_form on access.given_names using gin (forms);

-- Whether two words are forms of one given name.
create function access.same_given_name(a text, b text) returns boolean language sql stable parallel safe
begin atomic
    select exists (select from access.given_names n where (n.name = a or a = any (n.forms))
        and (n.name = b or b = any (n.forms)));
end;

-- How a word sounds, roughly, in English and in Spanish: what is written in two ways becomes one (li, lee; sofia,
-- sophia; anne, ann).
create function access.sound_of(word text) returns text language plpgsql immutable strict parallel safe as $$
declare s text := word;
begin
    s := regexp_replace(regexp_replace(s, '^y(?=[aeiou])', 'j'), '^(kn|gn)', 'n');
    s := replace(replace(replace(replace(replace(s, 'ph', 'f'), 'th', 't'), 'ch', '1'), 'sh', '2'), 'ck', 'k');
    s := regexp_replace(regexp_replace(replace(s, 'qu', 'k'), 'c(?=[eiy])', 's', 'g'), 'g(?=[eiy])', 'j', 'g');
    s := translate(regexp_replace(s, '^x', 's'), 'cqzyh', 'kksi');
    s := regexp_replace(regexp_replace(s, 'eaux?|o[aew]+', 'o', 'g'), 'oo|ou|ue|ew|eu', 'u', 'g');
    s := regexp_replace(regexp_replace(s, 'ae|aie?', '3', 'g'), 'ee|ea|ie|ei|ii', 'i', 'g');
    return regexp_replace(regexp_replace(s, '(.)\1+', '\1', 'g'), '([aeiou3][^aeiou3]+)e$', '\1');
end $$;

-- Whether two given names are one name's, for a man and for a woman: Juan and Juana, Mario and Maria, Daniel and
-- Danielle.
create function access.woman_of_man(man text, woman text) returns boolean language sql immutable parallel safe
return case
    when man like '%er' and woman = left(man, -2) || 'ra' then true
    when man like '%olas' then woman in (left(man, -1), left(man, -2) || 'e', left(man, -2) || 'ette')
    when man like '%ian' and woman ~ ('^' || left(man, -3) || 'i?[ae]?na$') then true
    when man like '__%o' then woman ~ ('^' || left(man, -1) || '(a|ia|ina|ita)$')
    else length(man) >= 3 and starts_with(woman, man)
        and substr(woman, length(man) + 1) in ('a', 'ia', 'fa', 'fina', 'la', 'le', 'lle', 'ina', 'ine', 'ita', 'ella',
            'elle', 'etta', 'ette') end;
create function access.man_and_woman(a text, b text) returns boolean language sql immutable parallel safe
return access.woman_of_man(a, b) or access.woman_of_man(b, a);

-- Whether short words are a letter apart and nothing more: Li and Lee, Jo and Joe, Ann and Ana; not Tim and Tom, nor
-- Mia and Lia.
create function access.short_and_alike(a text, b text) returns boolean language plpgsql immutable parallel safe as $$
declare x text; y text;
begin
    if least(length(a), length(b)) > 3 or greatest(length(a), length(b)) > 5 then
        return least(length(a), length(b)) = 1 and left(a, 1) = left(b, 1);
    elsif starts_with(a, b) or starts_with(b, a) then
        return least(length(a), length(b)) = 1 or abs(length(a) - length(b)) = 1;
    end if;
    x := access.sound_of(a); y := access.sound_of(b);
    return x = y or public.levenshtein(a, b) = 1 and translate(x, 'aeiou3', '') = translate(y, 'aeiou3', '')
        and coalesce(substring(x, '[aeiou3]') = substring(y, '[aeiou3]'), true);
end $$;

-- How much alike two words of given names are: 3 one is the other, perhaps misspelt; 2 they are forms of one name; 1
-- they are short and a letter apart; 0 they are two names, which twins may have. Where both are known to be a man's or
-- a woman's, that says whether Juana is Juan misspelt. People mishear how a name goes on, not how it begins.
create function access.alike_given(a text, b text, sex_a text, sex_b text)
    returns int language plpgsql stable parallel safe as $$
declare
    sexes constant text[] := '{female,male}';
    known constant boolean := coalesce(sex_a = any (sexes) and sex_b = any (sexes), false);
    of_two constant boolean := case when known then sex_a <> sex_b else access.man_and_woman(a, b) end;
    x text; y text;
begin
    if a = b then return 3; end if;
    if not of_two then
        x := access.sound_of(a); y := access.sound_of(b);
        if least(length(a), length(b)) >= 4 and x = y
            or access.near_words(a, b) and left(x, 1) = left(y, 1)
                and (least(length(a), length(b)) >= 6 or substring(x, '[aeiou3]') is not distinct from substring(y,
                    '[aeiou3]'))
        then
            return 3;
        end if;
    end if;
    if access.same_given_name(a, b) then return 2; end if;
    return (not of_two and access.short_and_alike(a, b))::int;
end $$;

-- The same of all words of two given names. Of several words each of those of the shorter name is one of the other's:
-- Maria and Maria Luz may be one person, Maria Luz and Maria Paz are sisters. A letter alone is an initial.
create function access.alike_given_names(a text[], b text[], sex_a text, sex_b text)
    returns int language plpgsql stable parallel safe as $$
declare
    few constant text[] := case when cardinality(a) <= cardinality(b) then a else b end;
    many constant text[] := case when cardinality(a) <= cardinality(b) then b else a end;
    level int := 3; best int;
    word text; other text;
begin
    if few = '{}' or few is null or many is null then
        return 0;
    end if;
    foreach word in array few loop
        best := 0;
        foreach other in array many loop
            exit when best = 3;
            best := greatest(best, case
                when cardinality(few) > 1 and least(length(word), length(other)) = 1
                    and left(word, 1) = left(other, 1) then 3
                else access.alike_given(word, other, sex_a, sex_b) end);
        end loop;
        level := least(level, best);
    end loop;
    if level < 3 and cardinality(a) <> cardinality(b) then
        level := greatest(level, access.alike_given(array_to_string(a, ''), array_to_string(b, ''), sex_a, sex_b));
    end if;
    return level;
end $$;

-- How much alike two family names are: 2 one is the other, joined or split, misspelt, or half of it; 1 they are short
-- and a letter apart; 0 they are two names.
create function access.alike_families(a text[], b text[]) returns int language plpgsql stable parallel safe as $$
declare
    x constant text := array_to_string(public.name_saints(a), '');
    y constant text := array_to_string(public.name_saints(b), '');
    own text[]; others text[];
begin
    if x = '' or y = '' then
        return 0;
    elsif access.near_words(x, y) or access.near_words(array_to_string(a, ''), array_to_string(b, '')) then
        return 2;
    end if;
    own := array(select w from unnest(a) w where w <> all (public.name_particles()));
    others := array(select w from unnest(b) w where w <> all (public.name_particles()));
    if cardinality(own) > cardinality(others) then
        select others, own into own, others;
    end if;
    if own <> '{}' and (select bool_and(exists (select from unnest(others) o where access.near_words(w, o)))
        from unnest(own) w) then
        return 2;
    end if;
    return access.short_and_alike(x, y)::int;
end $$;

-- All names of a person, the present one first. Of one from before that is only a given or a family name, the rest is
-- as it is now.
create function access.names_of(given_name text, preferred_name text, family_name text, others jsonb)
returns table (given text, preferred text, family text) language sql immutable parallel safe rows 1 as $$
    select given_name, preferred_name, family_name
    union all
    select coalesce(nullif(n ->> 'given', ''), given_name), null, coalesce(nullif(n ->> 'family', ''), family_name)
    from jsonb_array_elements(coalesce(others, '[]')) n
$$;
