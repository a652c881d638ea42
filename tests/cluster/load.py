"""Purchases from several tills at once, and a record of every answer.

A till is a `tally submit` of its own for each submission: what it prints is what a merchant was
told. One without an answer is sent again under its request ids, so in the end all are answered.
"""

import json
import subprocess
import threading
import time

EVENT_TIME = 1_735_689_600_000  # 2025-01-01; the import key may backdate
VALID_MS = 6 * 3_600_000
MEMBERS = 50
TIMEOUT_S = 150  # above the patience of tally submit itself


def line(kind, request, valid_until, **fields):
    return json.dumps({"request_id": request, "valid_until": str(valid_until),
                       kind: {"programme": 1, **fields}})


class Submission:
    """What one till sent at once, and what it was told."""

    def __init__(self, till, number, size, now_ms):
        self.requests = [f"{till:04x}{number:08x}{place:04x}".ljust(32, "0")
                         for place in range(size)]
        # Different amounts, so that the totals tell which are missing.
        self.totals = [100 + (till * 7_919 + number * 104_729 + place * 31) % 9_900
                       for place in range(size)]
        self.valid_until = now_ms + VALID_MS
        self.began = time.monotonic()
        self.answered = None
        self.positions = []
        self.attempts = 0

    @property
    def points(self):
        """One for each full unit of money, as the grocer's programme has it."""
        return sum(total // 100 for total in self.totals)

    def text(self):
        return "".join(line("earn", request, self.valid_until, member=member_of(total),
                            currency="EUR", total=str(total), event_time=str(EVENT_TIME)) + "\n"
                       for request, total in zip(self.requests, self.totals))


def member_of(number):
    return f"{number % MEMBERS + 1:032x}"


def positions_of(answers):
    return [(int(answer["receipt"]["position"]["height"]), answer["receipt"]["position"]["index"])
            for answer in answers]


class Load:
    """Tills that send until they are stopped; at most `count` submissions in all."""

    def __init__(self, cluster, tills=4, size=32, pause=0.1, count=20_000):
        self.cluster = cluster
        self.size, self.pause, self.count = size, pause, count
        self.submissions = []
        self.fault = None
        self.changed = threading.Condition()
        self.stopping = threading.Event()
        self.given_up = threading.Event()
        self.children = set()
        self.enrol()
        self.threads = [threading.Thread(target=self.sell, args=(till,)) for till in range(tills)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, failure, *_):
        """Waits until all that was sent is answered; after a failure there is no point in that."""
        self.stopping.set()
        if failure is not None:
            self.given_up.set()
            for child in tuple(self.children):
                child.kill()
        for thread in self.threads:
            thread.join(2 * TIMEOUT_S)
        if failure is None:
            self.check_alive()
            assert not any(thread.is_alive() for thread in self.threads), "a till got no answer"

    def enrol(self):
        text = "".join(
            json.dumps({"enrol": {"programme": 1, "member": member_of(number),
                                  "commitment": f"{number + 1:064x}"}}) + "\n"
            for number in range(MEMBERS))
        self.cluster.tally("submit", "-", *self.cluster.by_name(1, 2, 3, 4), stdin=text)

    # On a till's thread.

    def sell(self, till):
        """One submission after another; each till begins with another node."""
        nodes = [1 + (till + i) % 4 for i in range(4)]
        number = 0
        try:
            while not self.stopping.is_set() and len(self.submissions) < self.count:
                submission = Submission(till, number, self.size, int(time.time() * 1_000))
                self.post(submission, nodes)
                number += 1
                self.stopping.wait(self.pause)
        except (AssertionError, OSError, ValueError, subprocess.SubprocessError) as fault:
            with self.changed:
                self.fault = fault
                self.changed.notify_all()

    def post(self, submission, nodes):
        deadline = time.monotonic() + 2 * TIMEOUT_S
        while True:
            code, out, err = self.submit(submission, nodes)
            if code == 0:
                break
            # Nobody could say what became of it: then it is sent again.
            unknown = "E-NET-001" in err or "E-NET-005" in err
            assert unknown and time.monotonic() < deadline, out + err
        answers = [json.loads(each) for each in out.splitlines()]
        check_answers(submission, answers)
        with self.changed:
            submission.answered = time.monotonic()
            submission.positions = positions_of(answers)
            self.submissions.append(submission)
            self.changed.notify_all()

    def submit(self, submission, nodes):
        """One `tally submit`: its exit code, and what it said."""
        assert not self.given_up.is_set(), "the test has failed"
        submission.attempts += 1
        words = self.cluster.words("submit", "-", *self.cluster.by_name(*nodes), "--json")
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as child:
            self.children.add(child)
            try:
                out, err = child.communicate(submission.text(), TIMEOUT_S)
            finally:
                child.kill()
                self.children.discard(child)
        return child.returncode, out, err

    # On the test's thread.

    def check_alive(self):
        if self.fault is not None:
            raise AssertionError("a till stopped") from self.fault

    def wait_for_answer(self, since, seconds, count=1):
        """How long after `since` the first, or `count`th, answer came to what began after it."""
        with self.changed:
            if not self.changed.wait_for(lambda: self.fault is not None
                                         or len(self.answers_since(since)) >= count, seconds):
                raise AssertionError(f"no answer in {seconds} s")
            self.check_alive()
            return self.answers_since(since)[count - 1] - since

    def answers_since(self, since):
        """When the submissions that began after `since` were answered."""
        with self.changed:
            return sorted(each.answered for each in self.submissions if each.began >= since)

    def longest_wait(self):
        return max(each.answered - each.began for each in self.submissions)

    def transactions(self):
        return sum(len(each.requests) for each in self.submissions)

    def check_kept(self):
        """Every answer given is the answer still: asked again, each node in turn repeats it."""
        for number in (1, 2, 3, 4):
            mine = self.submissions[number - 1::4]
            if not mine:
                continue
            done = self.cluster.tally("submit", "-", *self.cluster.by_name(number), "--json",
                                      stdin="".join(each.text() for each in mine), timeout=600)
            answers = [json.loads(each) for each in done.stdout.splitlines()]
            expected = [position for each in mine for position in each.positions]
            assert positions_of(answers) == expected, f"node {number} answers otherwise than before"
            assert all(answer["replayed"] for answer in answers), f"node {number} had lost some"

    def check_totals(self, reports):
        """Each purchase counts once: with one more or less, some total would differ."""
        expected = {"issued": sum(each.points for each in self.submissions),
                    "earns": self.transactions(), "members": MEMBERS}
        for number, report in enumerate(reports, 1):
            own = next(each for each in report["programmes"] if each["programme"] == 1)
            got = {name: own[name] for name in expected}
            assert got == expected, f"node {number}: {got}, expected {expected}"
            assert own["outstanding"] + own["expired"] == own["issued"], own

    def check_all(self):
        """After the load: one root, nothing lost, nothing twice, four good audits. Stops nodes."""
        self.check_alive()
        self.check_kept()
        self.cluster.wait_for_votes()
        self.cluster.same_root()
        self.cluster.stop()
        self.check_totals(self.cluster.audits())


def check_answers(submission, answers):
    assert len(answers) == len(submission.requests), f"{len(answers)} answers"
    for answer, total in zip(answers, submission.totals):
        receipt = answer["receipt"]
        assert receipt["outcome"] == "ACCEPTED", receipt
        earned = sum(int(each["points"]) for each in receipt["lines"])
        assert earned == total // 100, receipt
