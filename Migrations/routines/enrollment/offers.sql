-- The offer of a seat. Who is offered the next one is in enrollment/waitlists.sql.

-- Until when it can be taken: some days from now, or from the day from which it is offered.
create function offer_expires(offered date, at timestamptz, time_zone text, offer_days int) returns timestamptz
language sql stable parallel safe
return greatest(at, offered::timestamp at time zone time_zone) + make_interval(days => offer_days);

-- Whether an offer can still be taken at an instant.
create function offer_stands(expires_at timestamptz, at timestamptz) returns boolean
language sql immutable parallel safe
return coalesce(expires_at > at, true);

-- Whether it takes one of the group's seats at an instant: whoever has a seat does, and an offer that still stands.
create function takes_seat(status text, offer_expires_at timestamptz, at timestamptz) returns boolean
language sql immutable parallel safe
return has_seat(status) or (status = 'offered' and offer_stands(offer_expires_at, at));
