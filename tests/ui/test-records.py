#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The timeline by keyboard alone: what is coming up, panels, what is new, status, a span of time, a thread."""
import datetime
import os
import re
import shutil
import subprocess
import sys
import time

SOURCE = os.path.realpath(os.path.join(os.path.dirname(__file__), '..', '..'))
sys.path.insert(0, os.path.join(SOURCE, 'tests', 'support'))
sys.dont_write_bytecode = True
import a11y  # noqa: E402
import portal as support  # noqa: E402
import tap  # noqa: E402

PATIENT = {'reference': 'Patient/p1'}
LABORATORY = [{'coding': [{'code': 'laboratory'}]}]


def result(id_, title, date, value, high, **more):
    return {'resourceType': 'Observation', 'id': id_, 'status': 'final', 'subject': PATIENT, 'category': LABORATORY,
            'code': {'text': title}, 'effectiveDateTime': date, 'valueQuantity': {'value': value, 'unit': 'mmol/L'},
            'referenceRange': [{'high': {'value': high, 'unit': 'mmol/L'}}], **({'interpretation': [{'coding': [
                {'code': 'H' if value > high else 'N'}]}]}), **more}


def visit(n):
    start = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=30 * n)
    return {'resourceType': 'Appointment', 'id': f'visit-{n}', 'status': 'booked', 'description': f'Check number {n}',
            'start': start.strftime('%Y-%m-%dT10:00:00Z'), 'end': start.strftime('%Y-%m-%dT10:20:00Z'),
            'participant': [{'actor': PATIENT, 'status': 'accepted'}]}


def message(n, part=None):
    return {'resourceType': 'Communication', 'id': f'message-{n}', 'status': 'completed', 'subject': PATIENT,
            'sender': PATIENT, 'recipient': [{'reference': 'Practitioner/dr'}], 'topic': {'text': 'About my tablets'},
            'sent': f'2024-03-0{n}T09:00:00Z', 'received': f'2024-03-0{n}T10:00:00Z',
            'payload': [{'contentString': f'Question number {n}'}],
            **({'partOf': [{'reference': part}]} if part else {})}


RECORD = [
    {'resourceType': 'Patient', 'id': 'p1', 'name': [{'given': ['Maren'], 'family': 'Lindqvist'}]},
    {'resourceType': 'Practitioner', 'id': 'dr', 'name': [{'text': 'Dr. Shaw'}]},
    {'resourceType': 'DiagnosticReport', 'id': 'kidney', 'status': 'final', 'subject': PATIENT, 'effectiveDateTime': '2025-05-12',
     'code': {'text': 'Kidney check'}, 'result': [{'reference': 'Observation/potassium'}, {'reference': 'Observation/urea'}]},
    result('potassium', 'Potassium', '2025-05-12', 5.9, 5.1),
    result('urea', 'Urea', '2025-05-12', 4.1, 8.3),
    result('sodium', 'Sodium', '2021-02-03', 141, 145),
    result('calcium', 'Calcium', '2020-02-03', 2.4, 2.6, status='corrected'),
    *(visit(n) for n in (1, 2, 3)),
    message(1), message(2, 'Communication/message-1')]


def bundle(resources):
    return {'resourceType': 'Bundle', 'type': 'collection', 'entry': [{'resource': r} for r in resources]}


class Records:
    def __init__(self, portal):
        self.portal = portal
        self.folder, self.env = a11y.own_folders()
        self.app = a11y.App([support.CAIRN, portal.url], env=self.env, stderr=subprocess.DEVNULL)

    def close(self):
        self.app.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def name_of(self, node):
        """A row of the list has its name on its child."""
        name = a11y.label_of(node) or ''
        if not name and node.get_child_count():
            name = node.get_child_at_index(0).get_name() or ''
        return name

    def walk_to(self, name, key='Down', most=30):
        self.app.window()
        for _ in range(most):
            node = self.app.wait(self.app.focused, 5, 'something focused')
            if re.search(name, self.name_of(node)):
                return node
            a11y.keys(key)
            time.sleep(0.15)
        raise AssertionError(f'{most} times {key} never came to {name!r}, only to {self.name_of(self.app.focused())!r}')

    def says(self, pattern, timeout=10):
        """A row whose name is like that."""
        return self.app.find(None, re.compile(pattern), timeout=timeout)

    def counts(self, words):
        self.app.find('label', words, timeout=15)

    def choose(self, button, *keys):
        """Opens a menu of the filters and goes down in it by keys."""
        self.walk_to(button, 'Tab')
        a11y.keys('space')
        time.sleep(0.4)
        for key in keys:
            a11y.keys(key)
            time.sleep(0.15)
        a11y.keys('Return')

    def next_to(self, name):
        """The name of the row below one; the keyboard comes back."""
        before = self.name_of(self.walk_to(name))
        a11y.keys('Down')
        self.app.wait(lambda: self.name_of(self.app.focused()) != before, 5, 'another row')
        below = self.name_of(self.app.focused())
        self.walk_to(name, 'Up')
        return below

    # steps

    def open(self):
        a11y.set_text(self.app.find('text', 'User name or e-mail'), 'maren')
        a11y.set_text(self.app.find('text', 'Password'), support.PASSWORD)
        a11y.do(self.app.find('push button', 'Sign In'))
        self.app.find('label', 'Up to date', timeout=60)
        self.app.window()
        a11y.keys('alt+2')
        self.app.find('list', 'Records', timeout=10)

    def coming(self):
        """The next visit stands there, the others unfold."""
        self.says('^Check number 1')
        assert not [n for n in self.app.names() if n and n.startswith('Check number 3')]
        self.app.window()
        a11y.keys('Home')
        self.walk_to('^Check number 1')
        a11y.keys('Right')
        self.says('^Check number 3')
        self.walk_to('^Check number 2')

    def panel(self):
        """A report folds and unfolds its results."""
        self.walk_to('^Kidney check.*1 outside the usual.*folded away')
        assert self.next_to('^Kidney check').startswith('About my tablets')
        a11y.keys('Right')
        self.says('^Kidney check.*its results follow')
        self.walk_to('^Potassium, 5.9 mmol/L, High')
        self.walk_to('^Urea, 4.1 mmol/L')
        self.walk_to('^Kidney check', 'Up')
        a11y.keys('Left')
        self.says('^Kidney check.*folded away')
        assert self.next_to('^Kidney check').startswith('About my tablets')

    def thread(self):
        """Messages of a thread are one row, which opens them."""
        self.walk_to('^About my tablets.*2 messages')
        a11y.keys('Return')
        self.app.find(None, re.compile('Question number 1'), timeout=15)
        self.app.find(None, re.compile('Question number 2'), timeout=15)
        self.app.window()
        a11y.keys('alt+2')
        self.says('^Kidney check')

    def new(self):
        """What comes later is new, as many beside the page's name, on Home and in the list that its card leads to."""
        self.app.window()
        a11y.keys('alt+1')
        self.app.find('label', re.compile('^Good '), timeout=10)
        self.portal.load_text(bundle([result('iron', 'Iron', '2025-06-01', 12, 30)]))
        self.app.window()
        a11y.keys('ctrl+r')
        home = self.app.find('list item', re.compile('^New (results|in your record), '), timeout=30)
        n = int(home.get_name().split(', ')[1])
        self.says(f'^Records, {n} new$')
        self.walk_to('^New (results|in your record), ', 'Tab')
        a11y.keys('Return')
        self.counts('1 entry' if n == 1 else f'{n} entries')
        self.says('^Iron, 12 mmol/L.*New')
        self.app.window()
        a11y.keys('alt+2')
        self.choose('^New$')
        self.says('^Iron, 12 mmol/L.*New')

    def typing(self):
        """Who types in the list searches, and nothing of it is lost; what finds nothing among some kinds is searched everywhere."""
        self.walk_to('^Kidney check')
        a11y.xdo('type', '--delay', '60', 'kidney che')
        entry = self.app.wait(lambda: self.app.find('entry', 'Search everything'), 5, 'the search')
        self.app.wait(lambda: a11y.text(entry) == 'kidney che', 5, 'the words, not ' + repr(a11y.text(entry)))
        self.counts('1 match')
        a11y.keys('Down')
        self.app.wait(lambda: 'Kidney check' in self.name_of(self.app.focused()), 5, 'the list')
        a11y.xdo('type', '--delay', '60', 'ck x')
        self.app.wait(lambda: a11y.text(entry) == 'kidney check x', 5, 'more words')
        self.counts('0 matches')
        a11y.keys('BackSpace', 'BackSpace')
        self.walk_to('^Visits', 'Tab')
        a11y.keys('space')
        a11y.do(self.app.find('push button', 'Search Everything', timeout=5))
        self.counts('1 match')
        self.app.window()
        a11y.keys('Escape')
        self.says('^Check number 1')

    def status(self):
        self.choose('^Any status', 'Down', 'Down', 'Down', 'Down')
        self.counts('1 entry')
        self.says('^Calcium.*Corrected')
        self.choose('^Corrected')
        self.says('^Kidney check')

    def span(self):
        """From a year on, typed."""
        self.choose('^Any time', 'Down', 'Down', 'Down', 'Down')
        self.app.find('push button', 'Show', timeout=5)
        a11y.type_text('2021')
        a11y.keys('Tab')
        a11y.type_text('2030')
        end = self.app.find('text', 'To', timeout=5)
        self.app.wait(lambda: a11y.text(end) == '2030', 5, 'the other end')
        a11y.keys('Tab')
        self.app.wait(lambda: self.app.focused().get_name() == 'Show', 5, 'the button')
        a11y.keys('shift+Tab', 'BackSpace')
        self.app.wait(lambda: a11y.text(end) == '', 5, 'the other end again')
        a11y.keys('Return')
        self.counts('7 entries')
        self.says('^From 2021$')
        unnamed = self.app.unnamed()
        assert not unnamed, unnamed


STEPS = [('signs in and opens the timeline', Records.open),
         ('unfolds what is coming up', Records.coming),
         ('unfolds a panel, walks its results and folds it again', Records.panel),
         ('opens a thread from its row', Records.thread),
         ('shows what is new', Records.new),
         ('searches what is typed in the list', Records.typing),
         ('narrows down by status', Records.status),
         ('narrows down to a span of time', Records.span)]


def main():
    with support.Portal() as portal:
        portal.load_text(bundle(RECORD))
        portal.account('maren', 'p1')
        portal.start()
        records = Records(portal)
        try:
            tap.walk(STEPS, records, a11y.shot_of_failure)
        finally:
            records.close()
    tap.done()


main()
