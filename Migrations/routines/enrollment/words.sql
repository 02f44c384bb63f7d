-- What the status of an enrollment means.

-- Who has a seat in a group: whoever takes part, and whoever pauses.
create function has_seat(status text) returns boolean language sql immutable parallel safe
return status in ('active', 'paused');

-- A seat, or the offer of one, whenever that ends.
create function has_seat_or_offer(status text) returns boolean language sql immutable parallel safe
return status = 'offered' or has_seat(status);

-- Who waits, is offered a seat or has one: what is still to end.
create function enrollment_goes_on(status text) returns boolean language sql immutable parallel safe
return status = 'waitlisted' or has_seat_or_offer(status);

create function enrollment_has_ended(status text) returns boolean language sql immutable parallel safe
return status in ('completed', 'withdrawn', 'transferred');
