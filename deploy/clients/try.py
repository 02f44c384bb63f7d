"""Clients that were generated from the description, unmodified, against a running server with the demo practice.

    try.py FOLDER URL DESCRIPTION

FOLDER holds the packages cairn_httpx (openapi-python-client) and cairn_openapi (openapi-generator); DESCRIPTION is the JSON
that the server serves. Each client goes one way from the sign-in to homework that is handed in, and then reads everything that
each of seven people can read: an answer that it cannot parse ends the run with 1.
"""

import datetime
import importlib
import inspect
import json
import re
import sys
import uuid
import warnings

import httpx

# Enumerated values in texts of our examples; nothing that a test should print.
warnings.filterwarnings("ignore")

folder, url, description = sys.argv[1:4]
sys.path.insert(0, folder)
with open(description, encoding="utf-8") as file:
    api = json.load(file)

PRACTICE, PASSWORD = "saguaro-ridge", "three stones mark the path"
PEOPLE = ["owner", "intake", "counselor", "facilitator", "auditor", "marcus", "renee"]
# What lets in by what was told once.
ELSEWHERE = {"getInvitation", "getEmailChange"}
VALUES = 3


def snake(name):
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    return re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name).lower().replace("-", "_").replace(" ", "_")


class HTTPX:
    """What openapi-python-client makes of the description."""

    name = "openapi-python-client"

    def __init__(self):
        self.package = importlib.import_module("cairn_httpx")
        self.models = importlib.import_module("cairn_httpx.models")
        self.client = self.package.Client(base_url=url, raise_on_unexpected_status=True)

    def sign_in(self, person):
        body = self.models.SignInAttempt.from_dict(
            {"practice": PRACTICE, "email": f"{person}@{PRACTICE}.example", "password": PASSWORD})
        opened = self.call("createSignIn", "Sign-in", body=body)
        self.client = self.package.AuthenticatedClient(
            base_url=url, token=opened.token, raise_on_unexpected_status=True)
        return opened

    def function(self, operation, tag):
        return importlib.import_module(f"cairn_httpx.api.{snake(tag)}.{snake(operation)}").sync_detailed

    def call(self, operation, tag, model=None, **arguments):
        if model:
            arguments["body"] = getattr(self.models, model).from_dict(arguments["body"])
        answer = self.function(operation, tag)(client=self.client, **arguments)
        if answer.status_code >= 400:
            raise Refused(int(answer.status_code), answer.content)
        if answer.parsed is None:
            raise AssertionError(f"{operation}: nothing was parsed of a {answer.status_code}")
        self.etag = answer.headers.get("ETag")
        return answer.parsed

    @staticmethod
    def plain(model):
        return model.to_dict()


class URLLib:
    """What openapi-generator's `python` makes of it."""

    name = "openapi-generator python"

    def __init__(self):
        self.package = importlib.import_module("cairn_openapi")
        self.configuration = self.package.Configuration(host=url)
        self.client = self.package.ApiClient(self.configuration)

    def sign_in(self, person):
        opened = self.call(
            "createSignIn", "Sign-in", "SignInAttempt",
            body={"practice": PRACTICE, "email": f"{person}@{PRACTICE}.example", "password": PASSWORD})
        self.configuration.access_token = opened.token
        return opened

    def function(self, operation, tag):
        kind = "".join(word.capitalize() for word in re.split(r"[ -]", tag)) + "Api"
        return getattr(getattr(self.package, kind)(self.client), snake(operation) + "_with_http_info")

    def call(self, operation, tag, model=None, **arguments):
        if model:
            body = getattr(self.package, model).from_dict(arguments.pop("body"))
            arguments[snake(model)] = body
        try:
            answer = self.function(operation, tag)(**arguments)
        except self.package.ApiException as refusal:
            raise Refused(refusal.status, refusal.body) from None
        self.etag = answer.headers.get("ETag")
        return answer.data

    @staticmethod
    def plain(model):
        return model.to_dict() if hasattr(model, "to_dict") else model


class Refused(Exception):
    """The server said no, as it may."""

    def __init__(self, status, body):
        super().__init__(f"{status} {body}")
        self.status = status


def operations(method):
    for path, item in api["paths"].items():
        answers = item.get(method, {}).get("responses", {}).get("200", {}).get("content", {})
        if "application/json" in answers and item[method]["operationId"] not in ELSEWHERE:
            yield path, item[method]


def gather(value, ids, path=None):
    """The ids of an answer, by the name of the parameter that takes them."""
    if isinstance(value, dict):
        for name, part in value.items():
            if name.endswith("Id") and isinstance(part, str):
                ids.setdefault(name, set()).add(part)
            gather(part, ids)
        for item in value.get("items", []) if path else []:
            own = next((p for p in api["paths"] if re.fullmatch(re.escape(path) + r"/\{\w+\}", p)), None)
            if own and isinstance(item, dict) and isinstance(item.get("id"), str):
                ids.setdefault(own.rsplit("{", 1)[1][:-1], set()).add(item["id"])
    elif isinstance(value, list):
        for part in value:
            gather(part, ids)


def read_all(client, person):
    """Reads all there is for one person: what lists show gives the ids for what is asked next."""
    ids = {"number": {"1"}, "audience": {"adult", "minor", "group"}, "questionnaire": {"phq-9"}}
    gather(client.plain_sign_in, ids)
    read, refused, seats = 0, 0, 0
    for path, operation in sorted(operations("get"), key=lambda one: one[0].count("{")):
        names = re.findall(r"\{(\w+)\}", path)
        pools = [sorted(ids.get(name, []))[:VALUES] for name in names]
        if not all(pools):
            continue
        for chosen in [[pool[min(index, len(pool) - 1)] for pool in pools] for index in range(max(map(len, pools), default=1))]:
            arguments = {snake(name): typed(name, value) for name, value in zip(names, chosen)}
            try:
                answer = client.call(operation["operationId"], operation["tags"][0], **arguments)
            except Refused as refusal:
                if refusal.status not in (403, 404):
                    raise
                refused += 1
                continue
            except Exception as error:
                raise SystemExit(f"{client.name} as {person}: GET {path} {chosen}: {type(error).__name__}: {error}")
            read += 1
            plain = json.loads(json.dumps(client.plain(answer), default=str))
            if operation["operationId"] != "getDescriptionAsJson":
                gather(plain, ids, path)
            if operation["operationId"] == "listRosters":
                seats += sum(1 for roster in plain["items"] for one in roster["members"] if one.get("masked"))
    return read, refused, seats


def typed(name, value):
    return uuid.UUID(value) if name.endswith("Id") else value


def answer_to(question):
    kind = question["type"]
    value = {
        "shortText": "In a few words.", "longText": "In a few more words.", "yesNo": True, "date": "2026-01-05",
        "time": "20:00", "drawing": None, "file": None,
    }
    if kind in value:
        return value[kind]
    if kind in ("number", "scale"):
        return question.get("minimum") or (0 if kind == "number" else 1)
    if kind == "singleChoice":
        return question["choices"][0]["value"]
    if kind == "multipleChoice":
        return [question["choices"][0]["value"]]
    return [{column["key"]: answer_to(column) for column in question["columns"]}]


def go(make):
    """From the sign-in over groups and a roster to homework that is given, drafted, handed in and read."""
    leader = make()
    leader.sign_in("facilitator")
    groups = leader.plain(leader.call("listGroups", "Groups"))["items"]
    group = None
    for one in groups:
        try:
            seen = leader.plain(leader.call("getRoster", "Roster", group_id=uuid.UUID(str(one["id"]))))
        except Refused:
            # A group that somebody else leads.
            continue
        if any(member["givenName"] == "Marcus" for member in seen["members"]):
            group, roster = one, seen
    assert group, "Marcus is in no group"
    library = leader.plain(leader.call("listExercises", "Exercises"))["items"]
    exercise = leader.plain(leader.call("getExercise", "Exercises", exercise_id=uuid.UUID(str(library[0]["id"]))))
    for one in library:
        candidate = leader.plain(leader.call("getExercise", "Exercises", exercise_id=uuid.UUID(str(one["id"]))))
        if not any(question["type"] in ("file", "drawing") and question.get("required") for question in candidate["fields"]):
            exercise = candidate
            break
    today = datetime.date.today()
    # With all the defaults that the description names.
    schedule = {
        "repeats": "once", "startsOn": str(today - datetime.timedelta(days=2)), "dueOn": str(today + datetime.timedelta(days=3)), "dueTime": "20:00",
        "timeZone": "America/Phoenix", "every": 1, "daysBefore": 0, "untilPhaseEnds": False, "graceMinutes": 0,
        "skipClosures": False,
    }
    assignment = leader.plain(leader.call(
        "createAssignmentForGroup", "Homework", "AssignmentRequest", group_id=uuid.UUID(str(group["id"])),
        body={"exerciseId": str(exercise["id"]), "schedule": schedule, "remindMinutesBefore": 180}))
    member = make()
    member.sign_in("marcus")
    me = member.plain(member.call("getMe", "Sign-in"))
    piece = next(
        one["homeworkId"] for one in assignment["first"] if str(one["clientId"]) == str(me["account"]["clientId"]))
    homework_id = uuid.UUID(str(piece))
    homework = member.plain(member.call("getHomework", "Homework", homework_id=homework_id))
    answers = {
        question["key"]: answer_to(question) for question in homework["exercise"]["fields"] if not question.get("when")}
    answers = {key: value for key, value in answers.items() if value is not None}
    version = str(homework["exerciseVersionId"])
    first = dict(list(answers.items())[:1])
    member.call(
        "updateDraft", "Homework", "DraftPatch", homework_id=homework_id,
        body={"exerciseVersionId": version, "answers": first, "base": 0})
    receipt = member.plain(member.call(
        "submitHomework", "Homework", "SubmissionRequest", homework_id=homework_id,
        body={"exerciseVersionId": version, "answers": answers}))
    assert receipt["number"] == 1 and not receipt["late"], receipt
    read = leader.plain(leader.call("getHomework", "Homework", homework_id=homework_id))
    assert read["answers"][0]["answers"] == answers, (read["answers"], answers)
    print(f"{client_name(make)}: signed in, roster of {len(roster['members'])}, given, drafted, handed in, read")


def client_name(make):
    return make.name


masked = 0
for make in (HTTPX, URLLib):
    go(make)
    total = 0
    for person in PEOPLE:
        client = make()
        client.plain_sign_in = json.loads(json.dumps(client.plain(client.sign_in(person)), default=str))
        read, refused, seats = read_all(client, person)
        assert read > 10, f"{person} could read {read} things only"
        total += read
        masked += seats
    print(f"{make.name}: {total} answers of {len(list(operations('get')))} reads parsed, as {len(PEOPLE)} people")
assert masked > 0, "no roster had masked seats"
