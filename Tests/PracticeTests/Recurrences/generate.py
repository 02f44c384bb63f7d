#!/usr/bin/env python3
"""Writes cases.txt: random rules, and what python-dateutil makes of them (pip install python-dateutil==2.9.0); and
meanings.txt: rules in other words, of which some mean one of ours and some do not.

    python3 generate.py > cases.txt
    python3 generate.py meanings > meanings.txt

A line is: RRULE, first day, time, zone, number of due times in ten years, and the first 16 hexadecimal digits of the
SHA-256 of these due times in UTC, joined by line breaks. dateutil counts the days on the wall clock; a time that a
clock change leaves out then moves forward (tz.resolve_imaginary), and of one that comes twice the first is taken
(fold 0). Two things that the cases keep clear of: dateutil knows no clock changes after 2037, and it puts those of zones
whose winter time is the exception (Europe/Dublin, Africa/Casablanca) an hour beside where they are.
"""
import datetime as calendar
import hashlib
import random
import sys
from datetime import date, datetime, time, timedelta, timezone

from dateutil import rrule, tz

CASES = 10_000
YEARS = 10
WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
ZONES = """
America/Phoenix America/New_York America/Chicago America/Denver America/Los_Angeles America/Anchorage
America/St_Johns America/Halifax America/Santiago America/Sao_Paulo America/Asuncion America/Havana
Europe/London Europe/Paris Europe/Berlin Europe/Lisbon Europe/Chisinau Africa/Cairo Africa/Lagos Atlantic/Azores
Asia/Tokyo Asia/Kathmandu Asia/Kolkata Asia/Amman Asia/Beirut Asia/Tehran Asia/Jerusalem Australia/Lord_Howe
Australia/Sydney Australia/Adelaide Pacific/Auckland Pacific/Chatham Pacific/Kiritimati Pacific/Apia Pacific/Honolulu UTC
""".split()
rng = random.Random(5545)


def some_days(most):
    return ",".join(sorted(rng.sample(WEEKDAYS, rng.randint(1, most)), key=WEEKDAYS.index))


def rule():
    """The parts of a rule without an end."""
    kind = rng.choices(["daily", "weekdays", "weekly", "day", "nth"], [8, 2, 32, 30, 28])[0]
    if kind == "daily":
        parts = ["FREQ=DAILY", f"INTERVAL={rng.choice([1, 2, 3, 7, 10, 14, 30, rng.randint(1, 365)])}"]
    elif kind == "weekdays":
        parts = ["FREQ=DAILY", f"BYDAY={some_days(5)}"]
    elif kind == "weekly":
        parts = ["FREQ=WEEKLY", f"INTERVAL={rng.choice([1, 2, 2, 3, 4, 5, 6, rng.randint(1, 52)])}"]
        if rng.random() < 0.85:
            parts.append(f"BYDAY={some_days(3)}")
    else:
        parts = ["FREQ=MONTHLY", f"INTERVAL={rng.choice([1, 1, 1, 2, 3, 6, 12, rng.randint(1, 60)])}"]
        if kind == "nth":
            parts.append(f"BYDAY={rng.choice([1, 2, 3, 4, 5, -1, -2, -3, -4, -5])}{rng.choice(WEEKDAYS)}")
        elif rng.random() < 0.9:
            parts.append(f"BYMONTHDAY={rng.choice([1, 15, 28, 29, 30, 31, -1, -2, -31, rng.randint(1, 31)])}")
    if rng.random() < 0.2:
        parts.append("WKST=MO")
    return [part for part in parts if part != "INTERVAL=1" or rng.random() < 0.3]


def instants(parts, first, at, zone):
    """The due times of ten years."""
    start = datetime.combine(first, at)
    end = start.replace(hour=0, minute=0) + timedelta(days=3652)
    result = []
    for due in rrule.rrulestr(";".join(parts), dtstart=start):
        if due >= end:
            break
        local = tz.resolve_imaginary(due.replace(tzinfo=zone, fold=0))
        result.append(local.astimezone(timezone.utc))
    return result


def case():
    parts = rule()
    first = date(2014, 1, 1) + timedelta(days=rng.randint(0, 5000))
    at = rng.choice([time(20, 0), time(0, 0), time(0, 30), time(1, 30), time(2, 0), time(2, 15), time(2, 30),
                     time(3, 0), time(23, 30), time(23, 59), time(rng.randint(0, 23), rng.randint(0, 59))])
    name = rng.choice(ZONES)
    zone = tz.gettz(name)
    end = rng.choices(["never", "count", "date", "instant"], [25, 35, 25, 15])[0]
    if end == "count":
        parts.append(f"COUNT={rng.choice([1, 2, 10, 52, 100, rng.randint(1, 1000)])}")
    elif end == "date":
        last = first + timedelta(days=rng.randint(0, 3652))
        due = instants(parts + [f"UNTIL={last:%Y%m%d}T235959"], first, at, zone)
        parts.append(f"UNTIL={last:%Y%m%d}")
    if end != "date":
        due = instants(parts, first, at, zone)
    if end == "instant" and due:
        last = rng.choice(due) + timedelta(seconds=rng.choice([0, 0, -1, 1, rng.randint(-10**6, 10**6)]))
        due = [instant for instant in due if instant <= last]
        parts.append(f"UNTIL={last:%Y%m%dT%H%M%SZ}")
    if not due:
        return None
    rng.shuffle(parts)
    text = "\n".join(f"{instant:%Y-%m-%dT%H:%M:%SZ}" for instant in due)
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return f"{';'.join(parts)} {first} {at:%H:%M} {name} {len(due)} {digest}"


def some(values, most):
    return ",".join(str(value) for value in rng.sample(values, rng.randint(1, most)))


def ordinal():
    return f"{rng.choice(['', '+'])}{rng.randint(1, 5)}" if rng.random() < 0.7 else str(-rng.randint(1, 5))


def other_words(first):
    """The parts of a rule that says what it means in other words, or means something else."""
    frequency = rng.choices(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"], [2, 3, 7, 2])[0]
    parts = [f"FREQ={frequency}"]
    every = rng.choice({"DAILY": [1, 1, 2, 3, 7, 14], "WEEKLY": [1, 1, 2, 3], "MONTHLY": [1, 1, 1, 2, 3, 6, 12],
                        "YEARLY": [1, 1, 2]}[frequency])
    if every > 1 or rng.random() < 0.3:
        parts.append(f"INTERVAL={every}")
    start = rng.choice(WEEKDAYS)
    if rng.random() < 0.4:
        parts.append(f"WKST={start}")
    else:
        start = "MO"
    chance = rng.random
    if frequency == "WEEKLY":
        if chance() < 0.9:
            parts.append(f"BYDAY={some(WEEKDAYS, 3)}")
            # In a week that is begun on another day, dateutil counts the places from that day on.
            if WEEKDAYS[first.weekday()] == start and chance() < 0.3:
                parts.append(f"BYSETPOS={some([1, 2, -1], 2)}")
    elif frequency == "DAILY":
        if chance() < 0.7:
            parts.append(f"BYDAY={some(WEEKDAYS, 7)}")
        if chance() < 0.3:
            parts.append(f"BYMONTHDAY={some(list(range(1, 32)), 4)}")
    else:
        kind = rng.choice(["places", "numbers", "days", "week", "none", "all"])
        if kind == "places":
            parts += [f"BYDAY={some(WEEKDAYS, rng.choice([1, 1, 1, 3]))}", f"BYSETPOS={some([1, 2, 3, 4, 5, -1, -2], 2)}"]
        elif kind == "numbers":
            parts.append("BYDAY=" + ",".join(ordinal() + rng.choice(WEEKDAYS) for _ in range(rng.randint(1, 3))))
        elif kind == "days":
            parts.append(f"BYMONTHDAY={some(list(range(1, 32)) + [-1, -2, -3], 4)}")
            if chance() < 0.3:
                parts.append(f"BYSETPOS={some([1, 2, -1], 1)}")
        elif kind == "week":
            week = rng.choice([1, 8, 15, 22])
            parts += [f"BYDAY={some(WEEKDAYS, rng.choice([1, 2]))}",
                      "BYMONTHDAY=" + ",".join(str(day) for day in range(week, week + rng.choice([7, 7, 6])))]
        elif kind == "all":
            parts += ["BYDAY=" + ",".join(rng.sample(WEEKDAYS, rng.choice([7, 7, 5]))), f"BYSETPOS={rng.choice([1, 2, -1])}"]
        if chance() < (0.7 if frequency == "YEARLY" else 0.2):
            gap = rng.choice([1, 2, 3, 6, 12])
            months = range((first.month - 1) % gap, 12, gap) if chance() < 0.8 else rng.sample(range(12), 2)
            parts.append("BYMONTH=" + ",".join(str(month + 1) for month in months))
    return parts


def meaning():
    first = date(2014, 1, 1) + timedelta(days=rng.randint(0, 5000))
    at, zone = time(rng.randint(0, 23), rng.choice([0, 30])), tz.UTC
    parts = other_words(first)
    if rng.random() < 0.2:
        parts += [f"BYHOUR={at.hour}", f"BYMINUTE={at.minute}"]
    end = rng.choices(["never", "count", "local", "instant"], [40, 30, 20, 10])[0]
    last = datetime.combine(first, at) + timedelta(days=rng.randint(0, 3652), seconds=rng.choice([0, -1, 1]))
    if end == "count":
        parts.append(f"COUNT={rng.choice([1, 2, 10, 52, 100])}")
    elif end != "never":
        parts.append(f"UNTIL={last:%Y%m%dT%H%M%S}")
    due = instants(parts, first, at, zone)
    if end == "instant":
        parts[-1] += "Z"
    rng.shuffle(parts)
    rule = rng.choice(["", "RRULE:"]) + ";".join(parts) + rng.choice(["", "", ";"])
    rule = rng.choice([rule, rule, rule.lower()])
    text = "\n".join(f"{instant:%Y-%m-%dT%H:%M:%SZ}" for instant in due)
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return f"{rule} {first} {at:%H:%M} UTC {len(due)} {digest}"


def main():
    if sys.argv[1:] == ["meanings"]:
        # Of what never comes dateutil would look through all years that there are.
        calendar.MAXYEAR = 2045
        for _ in range(3_000):
            print(meaning())
        return
    made = 0
    while made < CASES:
        line = case()
        if line:
            print(line)
            made += 1


main()
