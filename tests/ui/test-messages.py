#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A patient reads what the care team wrote, answers, changes their mind, writes offline, and loses no word.

The real portal and the real program, by keyboard alone; what has arrived is asked of another client of the same person.
"""
import os
import re
import shutil
import sys
import tempfile

SOURCE = os.path.realpath(os.path.join(os.path.dirname(__file__), '..', '..'))
sys.path.insert(0, os.path.join(SOURCE, 'tests', 'support'))
sys.dont_write_bytecode = True
import a11y  # noqa: E402
import portal as support  # noqa: E402
import tap  # noqa: E402

NURSE = {'reference': 'Practitioner/tomas', 'display': 'Tomás Herrera'}
MAREN = {'reference': 'Patient/maren', 'display': 'Maren Lindqvist'}


def message(name, sender, recipient, sent, words, received=None, part_of=None, topic='Metformin and stomach ache'):
    return {'resourceType': 'Communication', 'id': name, 'status': 'completed', 'subject': MAREN,
            'topic': {'text': topic}, 'sender': sender, 'recipient': [recipient], 'sent': sent,
            **({'received': received} if received else {}),
            **({'partOf': [{'reference': f'Communication/{part_of}'}]} if part_of else {}),
            'payload': [{'contentString': words}]}


RECORD = {'resourceType': 'Bundle', 'type': 'collection', 'entry': [{'resource': r} for r in (
    {'resourceType': 'Patient', 'id': 'maren', 'name': [{'given': ['Maren'], 'family': 'Lindqvist'}]},
    {'resourceType': 'Practitioner', 'id': 'tomas', 'name': [{'given': ['Tomás'], 'family': 'Herrera'}]},
    message('m1', MAREN, NURSE, '2026-01-09T15:40:00Z', 'Since the dose went up I have a stomach ache.',
            received='2026-01-09T16:02:00Z'),
    message('m2', NURSE, MAREN, '2026-01-12T08:15:00Z', 'Take the metformin with your evening meal.', part_of='m1'),
    message('p1', NURSE, MAREN, '2026-01-07T10:00:00Z', 'The yard behind the clinic is closed.',
            received='2026-01-07T12:00:00Z', topic='Parking on Thursday'))]}


class Messages:
    def __init__(self, portal, other):
        self.portal, self.other = portal, other
        self.folder = tempfile.mkdtemp(prefix='messages.')
        self.env = dict(os.environ, GSETTINGS_BACKEND='memory')
        for name in ('DATA', 'CACHE', 'STATE', 'CONFIG'):
            self.env[f'XDG_{name}_HOME'] = os.path.join(self.folder, name.lower())
            os.makedirs(self.env[f'XDG_{name}_HOME'], mode=0o700)
        self.app = None

    def start(self, *arguments):
        self.app = a11y.App([support.CAIRN, *arguments], env=self.env)
        self.app.window()

    def close(self):
        if self.app:
            self.app.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    # What another client of the same person sees

    def at_portal(self, words):
        """The messages at the portal that say so."""
        self.other('sync', check=0)
        found = [self.other('show', f'Communication/{r["id"]}', check=0)
                 for r in self.other('list', 'Communication', check=0)]
        return [m for m in found if m['payload'][0].get('contentString') == words]

    def arrives(self, words, timeout=30):
        """The one message at the portal that says so."""
        found = support.wait_for(lambda: self.at_portal(words), timeout, f'{words!r} at the portal')
        assert len(found) == 1, f'{len(found)} times at the portal'
        return found[0]

    def said(self, words, timeout=10):
        return self.app.find('label', words, timeout=timeout)

    def type(self, words):
        """Into the field that has the keyboard."""
        a11y.type_text(words)
        self.app.wait(lambda: words in a11y.text(self.app.find('text', 'Message')), 5, f'{words!r} in the field')

    # The way

    def sign_in(self):
        self.start(self.portal.url)
        a11y.set_text(self.app.find('text', 'User name or e-mail', timeout=20), 'maren')
        a11y.set_text(self.app.find('text', 'Password'), support.PASSWORD)
        a11y.do(self.app.find('push button', 'Sign In'))
        self.app.find('label', 'Up to date', timeout=60)
        self.app.find('list item', 'Messages, 1 unread')

    def read(self):
        self.app.window()
        a11y.keys('alt+4')
        self.app.find('panel', re.compile('^Metformin and stomach ache, 1 unread, Tomás Herrera, '))
        a11y.keys('Down', 'Up', 'Return')
        self.app.find('panel', re.compile('Tomás Herrera, 08:15: Take the metformin with your evening meal'))
        self.app.find('list item', 'Messages', timeout=10)
        support.wait_for(lambda: 'received' in self.at_portal('Take the metformin with your evening meal.')[0], 30,
                         'the portal to know that it was read')
        assert not self.app.unnamed(), self.app.unnamed()

    def reply(self):
        self.app.window()
        self.type('Thank you, I will try that.')
        a11y.keys('ctrl+Return')
        self.app.find('push button', 'Undo')
        sent = self.arrives('Thank you, I will try that.')
        assert sent['partOf'][0]['reference'].endswith('Communication/m1'), sent['partOf']
        assert sent['recipient'][0]['reference'].endswith('Practitioner/tomas'), sent['recipient']
        self.said(re.compile('^Sent, '))


STEPS = [
    ('Signed in, the sidebar says that a message is unread', Messages.sign_in),
    ('A conversation opens at the newest, which then counts as read, here and at the portal', Messages.read),
    ('An answer is sent, into the thread and to who wrote last', Messages.reply),
]


def main():
    with support.Portal() as portal, support.Client() as other:
        portal.load_text(RECORD)
        portal.account('maren', 'maren')
        portal.start()
        other.sign_in(portal.url, 'maren')
        subject = Messages(portal, other)
        try:
            tap.walk(STEPS, subject, a11y.shot_of_failure)
        finally:
            subject.close()
    tap.done()


if __name__ == '__main__':
    main()
