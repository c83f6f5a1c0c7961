#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A patient reads what the care team wrote, answers, changes their mind, writes offline, and loses no word.

The real portal and the real program, by keyboard alone; what has arrived is asked of another client of the same person.
"""
import os
import re
import shutil
import signal
import subprocess
import sys
import time

SOURCE = os.path.realpath(os.path.join(os.path.dirname(__file__), '..', '..'))
sys.path.insert(0, os.path.join(SOURCE, 'tests', 'support'))
sys.dont_write_bytecode = True
import a11y  # noqa: E402
import notifications  # noqa: E402
import portal as support  # noqa: E402
import tap  # noqa: E402

APP = 'io.github.cairnhealth.Cairn'
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
    {'resourceType': 'Practitioner', 'id': 'tomas', 'active': True,
     'name': [{'given': ['Tomás'], 'family': 'Herrera'}]},
    {'resourceType': 'CareTeam', 'id': 'team', 'status': 'active', 'subject': MAREN, 'participant': [
        {'role': [{'text': 'Nurse'}], 'member': NURSE}]},
    message('m1', MAREN, NURSE, '2026-01-09T15:40:00Z', 'Since the dose went up I have a stomach ache.',
            received='2026-01-09T16:02:00Z'),
    message('m2', NURSE, MAREN, '2026-01-12T08:15:00Z', 'Take the metformin with your evening meal.', part_of='m1'),
    message('p1', NURSE, MAREN, '2026-01-07T10:00:00Z', 'The yard behind the clinic is closed.',
            received='2026-01-07T12:00:00Z', topic='Parking on Thursday'),
    *(message(f'd{n}', MAREN if n % 2 else NURSE, NURSE if n % 2 else MAREN, f'2025-{1 + n // 28:02}-{1 + n % 28:02}T10:00:00Z',
              'I ate a pomegranate.' if n == 31 else f'Note {n} of the diary.', topic='Diary', part_of='d0' if n else None,
              received='2025-12-24T10:00:00Z') for n in range(300)))]}


class Messages:
    def __init__(self, portal, other):
        self.portal, self.other = portal, other
        self.folder, self.env = a11y.own_folders()
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
        self.app.find('panel', re.compile('Tomás Herrera, (Nurse, )?08:15: Take the metformin with your evening meal'))
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

    def undo(self):
        self.app.window()
        self.type('Not yet finished')
        a11y.keys('ctrl+Return')
        a11y.do(self.app.find('push button', 'Undo'))
        self.app.wait(lambda: a11y.text(self.app.find('text', 'Message')) == 'Not yet finished', 10, 'the words to be back')
        a11y.set_text(self.app.find('text', 'Message'), '')
        self.app.gone('panel', re.compile('^You: Not yet finished'))

    def staff(self, *arguments, words=None):
        return self.portal.run('staff', '--json', '--as', 'tomas', *arguments, stdin=words)

    def arrive(self):
        """While another page is shown: all badges at once, and Home leads to it."""
        self.app.window()
        a11y.keys('alt+1')
        self.staff('reply', 'Communication/m1', '--text-stdin', words='How is your stomach today?')
        self.app.find('list item', 'Messages, 1 unread', timeout=20)
        row = self.app.find('list item', re.compile('^Tomás Herrera, '), timeout=10)
        self.app.find('list item', re.compile('^Unread messages'))
        self.app.click(row)
        self.app.find('panel', re.compile('How is your stomach today'), timeout=10)
        self.app.find('list item', 'Messages', timeout=10)

    def search(self):
        self.app.window()
        a11y.keys('ctrl+f')
        self.app.find('entry', 'Search messages')
        a11y.type_text('yard')
        self.app.find('panel', re.compile('^Parking on Thursday'))
        self.app.gone('panel', re.compile('^Metformin and stomach ache, '))
        a11y.keys('Down', 'Return')
        self.app.find('panel', re.compile('Tomás Herrera, (Nurse, )?10:00: The yard behind the clinic is closed'))
        a11y.keys('ctrl+f')
        self.app.find('panel', re.compile('^Metformin and stomach ache, '))

    def search_inside(self):
        """The line shows what was found, and leads to it, far from the newest message."""
        a11y.keys('ctrl+f')
        self.app.find('entry', 'Search messages')
        a11y.type_text('pomegra')
        line = self.app.find('panel', re.compile('^Diary, .*pomegranate'))
        assert '2025' in line.get_name() and 'Note' not in line.get_name(), line.get_name()
        a11y.keys('Down', 'Return')
        message = self.app.find('panel', re.compile('You: I ate a pomegranate'))
        height = self.app.node.get_child_at_index(0).get_component_iface().get_extents(a11y.Atspi.CoordType.WINDOW).height

        def in_sight():
            box = message.get_component_iface().get_extents(a11y.Atspi.CoordType.WINDOW)
            return box.height > 0 and 40 < box.y < height / 2
        self.app.wait(in_sight, 10, 'the message in sight')
        a11y.keys('ctrl+f')

    def attach(self, path):
        a11y.do(self.app.find('push button', 'Attach'))
        self.app.wait(lambda: self.app.node.get_child_count() > 1, 20, 'the dialog')
        dialog = self.app.node.get_child_at_index(1)
        a11y.xdo('windowfocus', '--sync', self.app.wait(self.dialog_window, 10, 'the window of the dialog'))
        a11y.keys('ctrl+l')
        entry = self.app.wait(lambda: next((n for n in self.app.walk(dialog) if n.get_role_name() in ('text', 'entry')
                                            and a11y.size(n)), None), 10, 'the field for the path')
        a11y.set_text(entry, path)

        def chosen():
            if self.app.node.get_child_count() == 1:
                return True
            button = next((n for n in self.app.walk(dialog) if n.get_role_name() == 'push button'
                           and 'Choose' in (n.get_name() or '')), None)
            if button and a11y.text(entry) == path:
                a11y.do(button)
                time.sleep(0.5)
            return self.app.node.get_child_count() == 1
        self.app.wait(chosen, 30, 'the end of the dialog')
        self.app.window()

    def dialog_window(self):
        found = subprocess.run(['xdotool', 'search', '--onlyvisible', '--pid', str(self.app.process.pid), '--name', 'Attach'],
                               capture_output=True, text=True).stdout.split()
        return found[-1] if found else None

    def files(self):
        """What can't be sent is said before it is; what can arrives as it was."""
        good, bad = os.path.join(self.folder, 'diary.txt'), os.path.join(self.folder, 'program.bin')
        with open(good, 'w', encoding='utf-8') as file:
            file.write('Monday 5.4\nTuesday 5.9\n')
        with open(bad, 'wb') as file:
            file.write(b'\x7fELF\x02\x01\x01' + bytes(200))
        self.attach(bad)
        self.said('Only these kinds of files can be sent: JPEG, PNG, WebP, PDF, Text.')
        a11y.do(self.app.find('push button', 'Remove program.bin'))
        self.app.gone('push button', 'Remove program.bin')
        self.attach(good)
        self.app.find('push button', re.compile('^diary.txt, '), timeout=10)
        self.type_anew('My diary is attached.')
        assert not self.app.unnamed(), self.app.unnamed()
        a11y.keys('ctrl+Return')
        sent = self.arrives('My diary is attached.', 40)
        attached = [p['contentAttachment'] for p in sent['payload'] if 'contentAttachment' in p]
        assert [a['title'] for a in attached] == ['diary.txt'], attached
        self.app.find('push button', re.compile('^diary.txt, '), timeout=10)
        a11y.do(self.app.find('push button', re.compile('^diary.txt, ')))
        self.app.wait(lambda: any('Tuesday 5.9' in a11y.text(n) for n in self.app.walk(shown=True)
                                  if n.get_role_name() == 'text'), 20, 'the file in the window')
        a11y.keys('alt+Left')
        self.app.find('text', 'Message')

    def bring(self, *path):
        """Another program with a file or a picture: (process, its window's number)."""
        owner = subprocess.Popen([os.path.join(support.BUILD, 'tests', 'ui', 'picture-owner'), *path], stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, text=True)
        assert owner.stdout.readline() == 'ready\n'
        return owner, support.wait_for(lambda: subprocess.run(
            ['xdotool', 'search', '--onlyvisible', '--pid', str(owner.pid), '--name', 'Picture owner'],
            capture_output=True, text=True).stdout.split(), 10, 'its window')[0]

    def paste(self):
        """A picture from the clipboard becomes an attachment, and words stay words."""
        owner, _ = self.bring()
        try:
            self.app.window()
            self.app.click(self.app.find('text', 'Message'))
            a11y.keys('ctrl+v')
            chip = self.app.find('push button', re.compile('^Picture.png, Picture'), timeout=10)
            assert a11y.text(self.app.find('text', 'Message')) == '', 'something was pasted as words'
            self.type_anew('The rash, as a picture.')
            a11y.keys('ctrl+Return')
        finally:
            owner.stdin.close()
            owner.wait()
        sent = self.arrives('The rash, as a picture.', 40)
        assert [p['contentAttachment']['contentType'] for p in sent['payload'][1:]] == ['image/png'], sent
        assert chip is not None

    def drop(self):
        """A file and a picture that are dragged from another program onto the field become attachments."""
        path = os.path.join(self.folder, 'leaflet.txt')
        with open(path, 'w', encoding='utf-8') as file:
            file.write('Twice a day\n')
        for content, name in (((path,), '^leaflet.txt, '), ((), '^Picture.png, Picture')):
            owner, window = self.bring(*content)
            try:
                self.drag(window)
                self.app.find('push button', re.compile(name), timeout=10)
            finally:
                owner.stdin.close()
                owner.wait()
        self.type_anew('A leaflet and a picture.')
        self.app.window()
        a11y.keys('ctrl+Return')
        sent = self.arrives('A leaflet and a picture.', 40)
        assert [p['contentAttachment']['contentType'].split(';')[0] for p in sent['payload'][1:]] == ['text/plain', 'image/png'], sent

    def drag(self, window):
        """From a window at the corner of the screen to the field, step by step as a hand does."""
        a11y.xdo('windowmove', window, 0, 840)
        x, y = self.app.point(self.app.find('text', 'Message'))
        a11y.xdo('mousemove', 30, 870, 'sleep', 0.3, 'mousedown', 1)
        for n in range(1, 11):
            a11y.xdo('mousemove', 30 + (x - 30) * n // 10, 870 + (y - 870) * n // 10, 'sleep', 0.1)
        a11y.xdo('mousemove', x + 1, y, 'sleep', 0.5, 'mouseup', 1)

    def type_anew(self, words):
        a11y.set_text(self.app.find('text', 'Message'), words)

    def offline(self):
        """Written to somebody new without a connection: it waits, says so, and goes once."""
        self.portal.stop()
        self.app.window()
        a11y.keys('ctrl+n')
        self.app.find('label', 'New Message')
        self.choose('Tomás Herrera')
        self.type_anew('May I come on Friday?')
        a11y.do(self.app.find('push button', 'Send'))
        self.said('Say in the subject what it is about.')
        a11y.set_text(self.app.find('text', 'Subject'), 'Vaccination')
        self.app.gone('label', 'Say in the subject what it is about.')
        a11y.do(self.app.find('push button', 'Send'))
        self.app.find('panel', re.compile('^Vaccination, Tomás Herrera, '), timeout=10)
        self.said(re.compile('^Waiting for a connection'), 30)
        self.portal.start()
        a11y.keys('ctrl+r')
        sent = self.arrives('May I come on Friday?', 60)
        assert sent['topic']['text'] == 'Vaccination' and 'partOf' not in sent, sent
        self.said(re.compile('^Sent, '), 20)

    def choose(self, name):
        row = self.app.find('label', name, below=self.app.find('list', 'New message'), timeout=10)
        self.app.click(row)
        self.app.gone('label', 'Choose a person or a team')

    def crash(self):
        self.type_anew('Half a sen')
        self.app.find('label', 'Draft: Half a sen')
        time.sleep(1.5)                                      # what is promised: on the disk within a second
        self.app.process.send_signal(signal.SIGKILL)
        self.app.process.wait()
        self.start()
        self.app.find('list item', 'Messages', timeout=30)
        a11y.keys('alt+4')
        self.app.find('label', 'Draft: Half a sen', timeout=10)
        a11y.keys('Return')
        self.app.wait(lambda: a11y.text(self.app.find('text', 'Message')) == 'Half a sen', 10, 'the words')
        self.leave()
        a11y.set_text(self.app.find('text', 'Message'), '')
        self.app.gone('label', 'Draft: Half a sen')

    def leave(self):
        """Signing out names the draft that would be lost, and leads back to it."""
        self.app.find('text', 'Message')
        self.app.window()
        a11y.keys('F10')
        a11y.do(self.app.find('menu item', 'Sign Out', timeout=5))
        title = self.app.find('label', 'Sign out and delete unsent work?', timeout=10)
        dialog = self.app.node.get_child_at_index(self.app.node.get_child_count() - 1)
        row = self.app.find('label', 'Vaccination', below=dialog)
        self.app.find('label', 'Draft', below=dialog)
        assert title is not None and row is not None
        a11y.shot(os.environ['LEAVE_SHOT']) if 'LEAVE_SHOT' in os.environ else None
        found = subprocess.run(['xdotool', 'search', '--onlyvisible', '--pid', str(self.app.process.pid)],
                               capture_output=True, text=True).stdout.split()
        a11y.xdo('windowfocus', '--sync', found[-1])
        a11y.keys('Escape')
        self.app.gone('label', 'Sign out and delete unsent work?')
        self.app.window()
        assert a11y.text(self.app.find('text', 'Message')) == 'Half a sen'

    def closed(self):
        self.staff('close', 'Communication/m1', '--reason', 'Answered')
        self.app.window()
        a11y.keys('ctrl+r')
        self.app.find('label', 'Tomás Herrera · Closed', timeout=20)

    def notified(self):
        """Locked: the desktop says that something came and nothing of it; pressed, it opens after the lock."""
        notices = notifications.Notices()
        try:
            self.app.window()
            a11y.keys('ctrl+l')
            self.app.find('text', 'Password', timeout=10)
            self.staff('reply', 'Communication/m1', '--text-stdin', words='A secret word')
            support.wait_for(lambda: notices.told, 30, 'the notification')
            assert notices.told[-1][1:] == ('New message from your care team', 'Open Cairn to read it.'), notices.told
            notices.press(notices.told[-1][0])
            a11y.set_text(self.app.find('text', 'Password'), support.PASSWORD)
            a11y.do(self.app.find('push button', 'Unlock'))
            self.app.find('panel', re.compile('A secret word'), timeout=20)
            support.wait_for(lambda: not notices.shown, 20, 'the notification to go')
            told = len(notices.told)
            self.staff('reply', 'Communication/m1', '--text-stdin', words='Seen at once')
            self.app.find('panel', re.compile('Seen at once'), timeout=20)
            assert len(notices.told) == told, notices.told
        finally:
            notices.stop()

    def activated(self):
        """The notification outlives the program; pressed, it starts it, as the desktop does (D-Bus activation)."""
        notices = notifications.Notices()
        try:
            self.app.window()
            a11y.keys('ctrl+l')
            self.app.find('text', 'Password', timeout=10)
            self.staff('reply', 'Communication/m1', '--text-stdin', words='Written for later')
            support.wait_for(lambda: notices.told, 30, 'the notification')
            self.app.stop()
            assert notices.shown, 'the notification went with the program'
        finally:
            notices.stop()
        self.install_service()
        subprocess.run(['gdbus', 'call', '--session', '--dest', APP, '--object-path', '/' + APP.replace('.', '/'), '--method',
                        'org.freedesktop.Application.ActivateAction', 'read-messages', '[]', '{}'], check=True,
                       stdout=subprocess.DEVNULL, timeout=60)
        self.app = a11y.App.of_pid(int(re.search(r'uint32 (\d+)', self.bus('GetConnectionUnixProcessID', APP))[1]))
        self.app.window()
        a11y.set_text(self.app.find('text', 'Password', timeout=20), support.PASSWORD)
        a11y.do(self.app.find('push button', 'Unlock'))
        self.app.find('panel', re.compile('Written for later'), timeout=20)

    def install_service(self):
        """Where the session's bus looks, with the folders of this test."""
        folder = os.path.join(os.environ['XDG_RUNTIME_DIR'], 'dbus-1', 'services')
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, APP + '.service'), 'w', encoding='utf-8') as file:
            file.write(f'[D-BUS Service]\nName={APP}\nExec={support.CAIRN} --gapplication-service\n')
        given = {n: v for n, v in self.env.items() if n.startswith(('XDG_', 'GSETTINGS_', 'CAIRN_')) or n in (
            'DISPLAY', 'HOME', 'TZ', 'LC_ALL', 'GSK_RENDERER', 'GDK_BACKEND')}
        self.bus('UpdateActivationEnvironment', str(given))
        self.bus('ReloadConfig')

    @staticmethod
    def bus(method, *arguments):
        return subprocess.run(['gdbus', 'call', '--session', '--dest', 'org.freedesktop.DBus', '--object-path',
                               '/org/freedesktop/DBus', '--method', f'org.freedesktop.DBus.{method}', *arguments],
                              check=True, capture_output=True, text=True, timeout=30).stdout


STEPS = [
    ('Signed in, the sidebar says that a message is unread', Messages.sign_in),
    ('A conversation opens at the newest, which then counts as read, here and at the portal', Messages.read),
    ('An answer is sent, into the thread and to who wrote last', Messages.reply),
    ('Undo brings the words back to be written on', Messages.undo),
    ('What arrives is counted everywhere, and Home leads to it', Messages.arrive),
    ('Search finds the conversation by its words', Messages.search),
    ('Search leads to an old message, and shows it', Messages.search_inside),
    ('Files: what can not go is said before, what can arrives', Messages.files),
    ('A picture on the clipboard is pasted as a file', Messages.paste),
    ('What is dragged onto the field is attached', Messages.drop),
    ('A new message without a connection waits and goes once', Messages.offline),
    ('What is half typed outlives a crash', Messages.crash),
    ('What the clinic closes says so', Messages.closed),
    ('The desktop is told without a word of it, and opens it after the lock', Messages.notified),
    ('Pressed later, the notification starts the program and opens it', Messages.activated),
]


def main():
    with support.Portal() as portal, support.Client() as other:
        portal.load_text(RECORD)
        portal.account('maren', 'maren')
        portal.run('account', 'add', '--username', 'tomas', '--email', 'tomas@example.org', '--practitioner', 'tomas',
                   '--role', 'clinician', '--json', '--password-stdin', stdin=support.PASSWORD)
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
