#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A patient opens a report, pages through it by keyboard, reads its words, saves it, and reads it offline."""
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

TITLE = 'Ultrasound of the belly'
WORDS = 'fat in the liver'
USER, PASSWORD = 'david.moreno', 'sample-clinic-david'


class Journey:
    def __init__(self, portal):
        self.portal = portal
        self.folder, env = a11y.own_folders(ADW_DISABLE_PORTAL='1', GTK_USE_PORTAL='0')
        self.app = a11y.App([support.CAIRN, portal.url], env=env, stderr=subprocess.DEVNULL)

    def close(self):
        self.app.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def press(self, *keys):
        self.app.window()
        a11y.keys(*keys)

    def paper(self, page, timeout=20):
        """The pages, when that one is looked at."""
        return self.app.find(None, f'{TITLE}, page {page} of 2', timeout=timeout)

    def said(self, node, words):
        """A screen reader hears these words of a page."""
        self.app.wait(lambda: (node.clear_cache(), words in (node.get_description() or ''))[1], 10, words)

    def sign_in(self):
        self.app.find('text', 'User name or e-mail', timeout=20)
        a11y.set_text(self.app.find('text', 'User name or e-mail'), USER)
        a11y.set_text(self.app.find('text', 'Password'), PASSWORD)
        a11y.do(self.app.find('push button', 'Sign In'))
        self.app.find('label', 'Up to date', timeout=60)

    def open(self):
        self.press('alt+2')
        self.press('ctrl+f')
        a11y.set_text(self.app.find('entry', 'Search everything'), WORDS)
        self.app.find(None, re.compile(WORDS), timeout=10)
        time.sleep(0.5)                                      # the list follows the typing
        self.press('Down')
        self.press('Return')
        self.said(self.paper(1), 'Lakeside Imaging')

    def turn(self):
        self.press('n')
        self.paper(2)
        self.app.find('label', '2 of 2')
        assert not a11y.has(self.app.find('push button', 'Next Page'), 'SENSITIVE')
        self.press('Home')
        self.paper(1)
        self.press('End')
        self.paper(2)
        self.press('p')
        self.paper(1)
        before = self.app.find('push button', re.compile('^Fit the width, now')).get_name()
        self.press('ctrl+plus')
        self.app.wait(lambda: self.app.find('push button', re.compile('^Fit the width, now')).get_name() != before, 5,
                      'a larger page')
        self.press('ctrl+0')
        self.app.find('push button', before)
        unnamed = self.app.unnamed()
        assert not unnamed, unnamed

    def search(self):
        self.press('ctrl+f')
        a11y.set_text(self.app.find('entry', 'Find in this document'), 'lakeside imaging')
        self.app.find('label', re.compile(r'^1 of \d'), timeout=10)
        self.press('Escape')
        self.app.gone('entry', 'Find in this document')

    def save_as(self, name):
        """Presses Ctrl+S and gives a path in the dialog."""
        path = os.path.join(self.folder, name)
        self.press('ctrl+s')
        self.app.wait(lambda: self.app.node.get_child_count() > 1, 20, 'the dialog')
        dialog = self.app.node.get_child_at_index(1)
        entry = self.app.wait(lambda: next((n for n in self.app.walk(dialog) if n.get_role_name() in ('text', 'entry')
                                            and a11y.text(n).endswith('.pdf')), None), 10, 'the name')
        suggested = a11y.text(entry)
        a11y.set_text(entry, path)
        a11y.do(self.app.find('push button', re.compile('Save'), below=dialog))      # 4.8: "_Save Save"
        support.wait_for(lambda: os.path.exists(path) and os.path.getsize(path) > 0, 10, path)
        self.app.wait(lambda: self.app.node.get_child_count() == 1, 5, 'the end of the dialog')
        with open(path, 'rb') as file:
            return suggested, file.read()

    def save(self):
        suggested, data = self.save_as('report.pdf')
        assert re.fullmatch(r'\d{4}-\d\d-\d\d ' + TITLE + r'\.pdf', suggested), suggested
        assert data.startswith(b'%PDF-') and b'Lakeside Imaging' in data, data[:40]
        self.app.find('label', 'Saved. The file is not protected by Cairn.')

    def words(self):
        def choose():
            return next((n for n in self.app.walk() if n.get_name() == 'Text' and a11y.size(n) and a11y.actions(n)), None)
        node = self.app.wait(choose, 5, 'Text')
        a11y.do(node, a11y.actions(node)[0])
        self.app.wait(lambda: 'Words of the document' in self.app.names('label'), 5, 'the words')
        _, data = self.save_as('words.pdf')
        assert data.startswith(b'%PDF-') and b'Lakeside Imaging' not in data

    def offline(self):
        self.portal.stop()
        self.press('alt+Left')
        self.press('ctrl+f')                                 # the search is still open
        self.open()


def main():
    with support.Portal(arguments=('--demo',)) as portal:
        portal.start()
        journey = Journey(portal)
        try:
            for words, step in (('Signing in', journey.sign_in), ('The pages of a report show', journey.open),
                                ('They turn by keyboard, larger and smaller', journey.turn),
                                ('Words are found on them', journey.search),
                                ('The document is saved as it came', journey.save),
                                ('Its words are read, and saved as a record', journey.words),
                                ('It is there without the portal', journey.offline)):
                if not tap.run(words, step):
                    break
        finally:
            journey.close()
    tap.done()


if __name__ == '__main__':
    main()
